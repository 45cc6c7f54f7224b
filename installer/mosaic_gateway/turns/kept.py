"""What is kept of a turn, as it is stored and as it is read again."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row

from mosaic_gateway.models.messages import Message, ToolCall, from_json, to_json
from mosaic_gateway.models.pieces import Piece, Text, ToolPiece, Usage

LONGEST_TITLE = 80
UNTITLED = "Untitled"


@dataclass(frozen=True)
class Conversation:
    """A conversation in the list."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Turn:
    """A turn as it was; `answer` is as much as was said of it."""

    id: str
    position: int
    state: str
    question: tuple[Message, ...]
    answer: Message | None
    model: str
    task: str
    reason: str
    finish: str | None
    fault: str | None
    error: str | None
    usage: Usage | None
    started_at: datetime
    ended_at: datetime | None
    agent: str | None = None
    agent_id: str | None = None


class Answer:
    """An answer while it comes in."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._calls: dict[int, tuple[str, str, list[str]]] = {}
        self.usage: Usage | None = None

    def add(self, piece: Piece) -> None:
        match piece:
            case Text(text=text):
                self._texts.append(text)
            case ToolPiece(is_first=True):
                self._calls[piece.index] = (piece.id, piece.name, [piece.arguments])
            case ToolPiece():
                self._calls[piece.index][2].append(piece.arguments)
            case Usage():
                self.usage = piece

    @property
    def length(self) -> int:
        """Grows with every piece."""
        return len(self._texts) + sum(len(parts) for _, _, parts in self._calls.values())

    def message(self, *, is_whole: bool = True) -> Message | None:
        """What was said so far; calls of tools only where it is whole."""
        calls = self._calls.values() if is_whole else ()
        text = "".join(self._texts)
        if not text and not calls:
            return None
        return Message(
            "assistant",
            (text,) if text else (),
            tuple(ToolCall(each, name, "".join(parts)) for each, name, parts in calls),
        )


def encoded(messages: Iterable[Message]) -> str:
    """As JSON of ASCII characters alone."""
    return json.dumps([to_json(each) for each in messages], separators=(",", ":"))


def decoded(text: str) -> tuple[Message, ...]:
    """The reverse of `encoded`."""
    return tuple(from_json(each) for each in json.loads(text))


def digest(messages: Sequence[Message]) -> str:
    """What tells this course of a conversation from all others.

    Some clients read the arguments of a call, and repeat them in a form of their own.
    """
    alike = (replace(each, calls=tuple(map(_alike, each.calls))) for each in messages)
    return hashlib.sha256(encoded(alike).encode("ascii")).hexdigest()


def _alike(call: ToolCall) -> ToolCall:
    try:
        read = json.loads(call.arguments)
        return replace(call, arguments=json.dumps(read, separators=(",", ":"), sort_keys=True))
    except (ValueError, RecursionError):
        return call


def title_of(messages: Sequence[Message]) -> str:
    """The beginning of the first question."""
    first = next((each.text for each in messages if each.role == "user" and each.text.strip()), "")
    printable = "".join(each if each.isprintable() else " " for each in first[: 4 * LONGEST_TITLE])
    words = " ".join(printable.split())
    return (words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…") or UNTITLED


def conversation_in(row: Row[*tuple[object, ...]]) -> Conversation:
    """A row of the table of conversations."""
    return Conversation(row.id, row.title, row.created_at, row.updated_at)


def turn_in(row: Row[*tuple[object, ...]], state: str) -> Turn:
    """A row of the table of turns."""
    answer = decoded(row.answer)[0] if row.answer else None
    counts = (row.input_tokens, row.output_tokens, row.cached_tokens)
    usage = None if row.input_tokens is None else Usage(*(int(each) for each in counts))
    return Turn(
        id=row.id,
        position=row.position,
        state=state,
        question=decoded(row.question),
        answer=answer,
        model=row.model,
        task=row.task,
        reason=row.reason,
        finish=row.finish,
        fault=row.fault,
        error=row.error,
        usage=usage,
        started_at=row.started_at,
        ended_at=row.ended_at,
        agent=row.agent,
        agent_id=row.agent_id,
    )
