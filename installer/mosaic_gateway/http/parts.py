"""An answer in parts, one after the other: what was thought, what is said, calls of tools.

A model may go on with one call after it has begun another, and clients read one part at a time:
what comes while a call is told waits until that has ended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.turns.events import Done, Event

Kind = Literal["thinking", "text", "call"]


@dataclass(eq=False)
class Part:
    """One of them; of a call, the text is its arguments."""

    kind: Kind
    number: int
    call: str = ""
    """The id of the call, if it is one."""
    name: str = ""
    """The name of the tool that is called."""
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What came of it so far."""
        return "".join(self.pieces)


@dataclass(frozen=True)
class Begun:
    """That a part begins; the one before has ended."""

    part: Part


@dataclass(frozen=True)
class Grown:
    """That the part which has begun goes on."""

    part: Part
    text: str


@dataclass(frozen=True)
class Ended:
    """That a part is whole."""

    part: Part


Change = Begun | Grown | Ended


class Parts:
    """The parts of one answer, in the order in which they begin."""

    def __init__(self) -> None:
        self.all: list[Part] = []
        self.usage = Usage()
        self._calls: dict[int, Part] = {}
        self._open: Part | None = None
        self._waiting: list[Part] = []

    def take(self, event: Event) -> Iterator[Change]:
        """Add what happened, and tell what that changes."""
        match event:
            case Usage():
                self.usage = event
            case Text(text=text):
                yield from self._add(self._running("text"), text)
            case Thinking(text=text):
                yield from self._add(self._running("thinking"), text)
            case ToolPiece():
                yield from self._add(self._call(event), event.arguments)
            case Done():
                yield from self._end()

    def _add(self, part: Part, text: str) -> Iterator[Change]:
        part.pieces.append(text)
        if self._open not in {None, part}:
            if self._open.kind == "call":
                if part not in self._waiting:
                    self._waiting.append(part)
                return
            yield Ended(self._open)
            self._open = None
        if self._open is None:
            self._open = part
            yield Begun(part)
        if text:
            yield Grown(part, text)

    def _end(self) -> Iterator[Change]:
        if self._open is not None:
            yield Ended(self._open)
        for part in self._waiting:
            yield Begun(part)
            if part.text:
                yield Grown(part, part.text)
            yield Ended(part)

    def _running(self, kind: Kind) -> Part:
        """The last part, if it is of this kind, else a new one."""
        if self.all and self.all[-1].kind == kind:
            return self.all[-1]
        return self._new(Part(kind, len(self.all)))

    def _call(self, piece: ToolPiece) -> Part:
        if piece.is_first:
            part = Part("call", len(self.all), piece.id, piece.name)
            self._calls[piece.index] = self._new(part)
        return self._calls[piece.index]

    def _new(self, part: Part) -> Part:
        self.all.append(part)
        return part


def whole(events: Iterable[Event]) -> tuple[Parts, Done]:
    """All the parts of a turn that is done, and its end."""
    parts, done = Parts(), Done("stop")
    for event in events:
        for _ in parts.take(event):
            pass
        if isinstance(event, Done):
            done = event
    return parts, done
