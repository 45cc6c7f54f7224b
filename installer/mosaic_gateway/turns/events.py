"""What a turn tells while it runs; every surface only translates these."""

from dataclasses import dataclass
from typing import Literal

from mosaic_gateway.models.pieces import Finish, Text, Thinking, ToolPiece, Usage

State = Literal["running", "done", "interrupted", "failed"]


@dataclass(frozen=True)
class Route:
    """Who answers, and why; `conversation` and `turn` are ids, or None where nothing is kept.

    `agent` is the name of the one whose prompt the model was given, if any.
    """

    conversation: str | None
    turn: str | None
    model: str
    task: str
    reason: str
    agent: str | None = None


@dataclass(frozen=True)
class Failed:
    """That no more comes, and why; `retry_after` is in seconds."""

    fault: str
    message: str
    retry_after: float | None = None


@dataclass(frozen=True)
class Done:
    """That the answer is whole, and kept."""

    finish: Finish


@dataclass(frozen=True)
class Used:
    """That the gateway has used a tool of its own, as the model wanted; both are JSON, or not."""

    name: str
    arguments: str
    result: str


Event = Route | Thinking | Text | ToolPiece | Used | Usage | Failed | Done
