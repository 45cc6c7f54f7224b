"""Print: data on stdout, everything else on stderr."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TextIO

from mosaic_installer.core.finding import Finding
from mosaic_installer.errors import InstallerError, UnhealthyError
from mosaic_installer.ui.folding import fold
from mosaic_installer.ui.terminal import columns, is_terminal, painted

LOOKS = {
    "error:": "1;31",
    "warning:": "1;33",
    "✗ ": "1;31",
    "✓ ": "32",
    "note:": "1",
    "hint:": "36",
}
"""How the words that lines begin with look, in codes of a terminal."""
CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")})
"""What moves a cursor or sets up a terminal (ECMA-48: C0, DEL, C1), but for line ends and tabs."""
QUIET = "2"


def prepare() -> None:
    """Make every character printable, whatever the locale: a `?` is better than a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def data(text: str) -> None:
    """Print what was asked for; raises `InstallerError` where that cannot be written."""
    _written(f"{text}\n")


def piece(text: str) -> None:
    """Print a part of what a stranger says, as it comes; at a terminal without control characters.

    Raises like `data`.
    """
    _written(readable(text) if is_terminal(sys.stdout) else text)


def readable(text: str) -> str:
    """Return what a stranger says without what would control a terminal."""
    return text.translate(CONTROLS)


def _written(text: str) -> None:
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        raise  # who reads has had enough; that is no error of anybody
    except OSError as error:
        silence(sys.stdout)
        raise InstallerError(
            f"cannot write to stdout: {error.strerror or type(error).__name__}",
            "let stdout go somewhere with room, and run this again",
            identifier="cannot-write",
        ) from error


def sentences(text: str) -> None:
    """Print what was asked for, for reading: at a terminal, lines end between words."""
    data(_fitted(text, sys.stdout))


def items(text: str) -> None:
    """Print what was asked for, an item a line: at a terminal, a long one goes on further in."""
    data(_fitted(text, sys.stdout, hanging="  "))


def table(rows: Iterable[tuple[str, str]]) -> None:
    """Print rows of two columns; at a terminal, the second one ends between words."""
    known = list(rows)
    width = max((len(left) for left, _ in known), default=0)
    room = (columns() or 0) - width - 2
    folded = [(left, fold(right, room) if room > 0 else [right]) for left, right in known]
    shown = [("" if at else left, piece) for left, text in folded for at, piece in enumerate(text)]
    data(lines(shown))


def document(value: object) -> None:
    """Print one JSON document, on one line."""
    data(json.dumps(value, ensure_ascii=False))


def shown_document(value: object) -> None:
    """Print one JSON document that has a stranger's words in it, on one line."""
    piece(json.dumps(value, ensure_ascii=False))
    data("")


def say_quietly(text: str) -> None:
    """Print what a stranger says that is good to know, so that it does not catch the eye."""
    for line in _fitted(readable(text), sys.stderr).split("\n"):
        say_whole(painted(line, QUIET))


def say(text: str = "") -> None:
    """Print what is good to know; at a terminal, lines end between words."""
    say_whole(_fitted(text, sys.stderr))


def say_whole(text: str) -> None:
    """Print what is good to know and to copy; its lines are the reader's."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)  # nobody can be told, and nothing has to wait for that


def begin(text: str) -> None:
    """Print the beginning of a line at a terminal, or what takes it away again."""
    with suppress(OSError):
        print(text, end="", file=sys.stderr, flush=True)


def silence(stream: TextIO) -> None:
    """Let what is printed to it, and what it still holds at the end, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(error: InstallerError) -> None:
    """Print an expected error: what happened, its last log lines, what the reader can do."""
    say(f"error: {error.message}")
    if isinstance(error, UnhealthyError) and error.last_lines:
        say("\nthe last lines of its log:")
        for line in error.last_lines:
            say(f"  {line}")
    if error.hint:
        say(f"\nhint: {error.hint}")


def sentence(finding: Finding, *, is_verbose: bool) -> str:
    """Return a finding with its hint; `is_verbose` adds the name that `--ignore` takes."""
    name = f" [{finding.check}]" if is_verbose else ""
    return f"{finding.level}: {finding.message}{name}\n  hint: {finding.hint}"


def findings(found: Iterable[Finding], *, with_notes: bool) -> None:
    """Print findings, each with its hint; `with_notes` those that change nothing, and names."""
    has_error = False
    for finding in found:
        if finding.level != "note" or with_notes:
            say(sentence(finding, is_verbose=with_notes))
            has_error = has_error or finding.level == "error"
    if has_error:
        say()  # what ends the run because of it stands apart


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as text, their columns aligned."""
    return "\n".join(aligned(rows))


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows, all of which have as many columns, with these aligned; the last is free text."""
    known = list(rows)
    widths = [max(map(len, column)) for column in zip(*known, strict=True)]
    for *cells, last in known:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=False))
        yield "  ".join((*padded, last)).rstrip()


def _width(stream: TextIO) -> int | None:
    """Return the columns of a terminal, None of a file, a pipe, a closed stream."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return None


def _fitted(text: str, stream: TextIO, hanging: str = "") -> str:
    width = _width(stream)
    if width is None:
        return text  # whoever reads it wants whole lines
    folded = (_folded(line, width, hanging) for line in text.split("\n"))
    return "\n".join(_marked(line, stream) for line in folded)


def _marked(line: str, stream: TextIO) -> str:
    """Let the word stand out that says what kind of line this is."""
    start = line.lstrip()
    indent = line[: len(line) - len(start)]
    for word, look in LOOKS.items():
        if start.startswith(word):
            return f"{indent}{painted(word, look, stream)}{start.removeprefix(word)}"
    return line


def _folded(line: str, width: int, hanging: str) -> str:
    indent = line[: len(line) - len(line.lstrip())] + hanging
    return "\n".join(fold(line, width, indent)) if width > 0 else line
