"""What comes from a model, piece by piece, and how it can fail."""

from dataclasses import dataclass
from typing import Literal

Finish = Literal["stop", "length", "content_filter", "tool_calls"]
Fault = Literal[
    "rate-limited",
    "out-of-credit",
    "overloaded",
    "unreachable",
    "too-slow",
    "key-refused",
    "no-such-model",
    "too-long",
    "incapable",
    "rejected",
    "broken",
]


@dataclass(frozen=True)
class Thinking:
    """A piece of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True)
class Text:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class ToolPiece:
    """A piece of a call of a tool: its name with the first piece, then pieces of its arguments."""

    index: int
    id: str
    name: str
    arguments: str
    is_first: bool


@dataclass(frozen=True)
class Usage:
    """How many tokens it took; `cached` are those of the input that the provider had cached."""

    input: int = 0
    output: int = 0
    cached: int = 0


@dataclass(frozen=True)
class End:
    """That the model has ended, and why."""

    finish: Finish


Piece = Thinking | Text | ToolPiece | Usage | End


class ModelError(Exception):
    """A provider did not answer as it should; the message may be shown to whoever asked.

    `retry_after` are the seconds after which the provider wants to be asked again, where it says.
    """

    def __init__(self, fault: Fault, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.fault: Fault = fault
        self.message = message
        self.retry_after = retry_after
