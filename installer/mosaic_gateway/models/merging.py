"""Events of a chat completion, of which neighbours that differ in nothing but their text are one.

What is not known to be plain text goes through byte by byte: calls, refusals, ends, usage, errors,
and all that is no event of this kind.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

TEXTS = frozenset({"content", "reasoning", "reasoning_content"})
_DATA = b"data:"
_END = b"\n\n"


class Merging:
    """Merges within each block of bytes; a block may end anywhere, and nothing is held back."""

    def __init__(self) -> None:
        self._is_within_event = False

    def take(self, block: bytes) -> bytes:
        """The same events, in fewer of them where that can be."""
        last = block.rfind(_END)
        if last < 0:
            self._is_within_event = True
            return block
        start = block.find(_END) + len(_END) if self._is_within_event else 0
        stop = last + len(_END)
        self._is_within_event = stop < len(block)
        events = block[start:last].split(_END)
        if len(events) < 2:
            return block
        return block[:start] + b"".join(_merged(events)) + block[stop:]


class _Said:
    """An event that says some text, and nothing else."""

    def __init__(self, event: bytes, value: dict[str, Any], delta: dict[str, Any]) -> None:
        self.event = event
        self.value, self.delta = value, delta
        self.name = next(name for name in delta if name in TEXTS and delta[name])
        self.texts = [delta[self.name]]
        # What is compared is the rest.
        delta[self.name] = ""

    def absorb(self, other: "_Said") -> bool:
        """Take the text of the next one; false where that differs in more than its text."""
        if self.name != other.name or self.value != other.value:
            return False
        self.texts += other.texts
        return True

    def encoded(self) -> bytes:
        if len(self.texts) == 1:
            return self.event + _END
        self.delta[self.name] = "".join(self.texts)
        return b"data: " + json.dumps(self.value).encode("ascii") + _END


def _merged(events: Iterable[bytes]) -> Iterator[bytes]:
    last: _Said | None = None
    for event in events:
        said = _said(event)
        if last is not None and said is not None and last.absorb(said):
            continue
        if last is not None:
            yield last.encoded()
        last = said
        if said is None:
            yield event + _END
    if last is not None:
        yield last.encoded()


def _said(event: bytes) -> _Said | None:
    if not event.startswith(_DATA) or b"\n" in event or b"\r" in event:
        return None
    try:
        value = json.loads(event.removeprefix(_DATA))
        (choice,) = value["choices"]
        delta = choice["delta"]
        says = [name for name in delta if delta[name] and name != "role"]
        is_more = choice.get("finish_reason") or choice.get("logprobs") or value.get("usage")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if is_more or len(says) != 1 or says[0] not in TEXTS or not _is_mergeable(delta[says[0]]):
        return None
    return _Said(event, value, delta)


def _is_mergeable(text: object) -> bool:
    """Whether it means the same beside others.

    To pydantic-ai a tag (`<think>`) is one only as a piece of its own, and so is white space that
    it leaves out at the beginning.
    """
    if not isinstance(text, str) or text.isspace():
        return False
    return not (text.startswith("<") and text.endswith(">"))
