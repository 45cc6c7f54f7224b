"""What became of a file that we wrote: ours, edited by a person, or damaged by an accident."""

import codecs
import json
from collections.abc import Collection, Iterator
from hashlib import sha256

SHORT = 8  # characters of the checksum of a line
CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r")


def digest(content: bytes) -> str:
    """Return the checksum by which we know what we wrote."""
    return sha256(content).hexdigest()


def note_of(content: bytes) -> str:
    """Return what is noted of what we write: its checksum, and short ones of its lines."""
    lines = (digest(line)[:SHORT] for line in content.splitlines())
    return f"{digest(content)} {''.join(lines)}"


def is_ours(content: bytes, notes: Collection[str]) -> bool:
    """Whether this is what one of the notes is about; older versions noted the checksum only."""
    known = digest(content)
    return any(note.partition(" ")[0] == known for note in notes)


def damage_to(name: str, content: bytes, notes: Collection[str]) -> str:
    """Return in words how a file called `name`, which is not ours, was damaged.

    Nothing where a person may have edited it: that still is what it should be, only another one.
    """
    return next(_damages(name, content, notes), "")


def _damages(name: str, content: bytes, notes: Collection[str]) -> Iterator[str]:
    bare = content.removeprefix(codecs.BOM_UTF8)
    half = content[: len(content) // 2]
    if not content.strip(b"\0 \t\r\n"):
        yield "empty"
    if not _is_text(content):
        yield "not text"
    if bare != content and is_ours(bare, notes):
        yield "marked with a byte order mark"
    if half * 2 == content and is_ours(half, notes):
        yield "there twice"
    if any(_is_beginning(content, note.partition(" ")[2]) for note in notes):
        yield "cut off"
    if name.endswith(".json") and not _is_object(bare):
        yield "not valid JSON"


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return CONTROL.isdisjoint(content)


def _is_beginning(content: bytes, noted: str) -> bool:
    # A line that is not whole may be the beginning of its line, or an edit: what decides is that
    # more is missing than the rest of it.
    lines = content.splitlines(keepends=True)
    whole = [line[:-1] for line in lines if line.endswith(b"\n")]
    is_short = len(lines) * SHORT < len(noted)
    begins = noted.startswith("".join(digest(line)[:SHORT] for line in whole))
    return bool(whole) and is_short and begins


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False
