"""What was said in a conversation, as a model is told it, and the summary of its beginning."""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import uuid4

from sqlalchemy import Connection, select

from mosaic_gateway.models.messages import Message
from mosaic_gateway.storage.summary_table import SUMMARIES
from mosaic_gateway.storage.tables import CONVERSATIONS
from mosaic_gateway.turns.kept import Turn


@dataclass(frozen=True)
class Summary:
    """What stands for all turns up to the position `through`, and the model that wrote it."""

    through: int
    text: str
    model: str
    made_at: datetime


@dataclass(frozen=True)
class Spoken:
    """What a model is told of one turn."""

    position: int
    messages: Sequence[Message]

    @property
    def goes_on(self) -> bool:
        """Whether it begins with what a tool gave, which makes no sense without its call."""
        return bool(self.messages) and self.messages[0].role == "tool"


@dataclass(frozen=True)
class History:
    """The turns that a model is told of, the first first, and the latest summary of them."""

    turns: Sequence[Spoken] = ()
    summary: Summary | None = None

    @cached_property
    def messages(self) -> Sequence[Message]:
        """All that was said."""
        return [each for turn in self.turns for each in turn.messages]

    @property
    def summarised(self) -> int:
        """How many of the turns the summary stands for."""
        through = -1 if self.summary is None else self.summary.through
        return sum(turn.position <= through for turn in self.turns)


NOTHING = History()


def told(turns: Iterable[Turn], then: Iterable[Message]) -> Sequence[Spoken]:
    """What failed was not answered, and is not repeated; nor is a call that nobody answered."""
    said = [turn for turn in turns if turn.state != "failed"]
    asked = [*(each for turn in said for each in turn.question), *then]
    answered = {each.answers for each in asked if each.answers is not None}
    return [Spoken(turn.position, [*turn.question, *_answer(turn, answered)]) for turn in said]


def latest_summary(connection: Connection, conversation_id: str) -> Summary | None:
    """Return the one that stands for most; whose conversation it is, is known before."""
    of_it = select(SUMMARIES).where(SUMMARIES.c.conversation_id == conversation_id)
    row = connection.execute(of_it.order_by(SUMMARIES.c.through.desc()).limit(1)).first()
    if row is None:
        return None
    return Summary(row.through, json.loads(row.text), row.model, row.created_at)


def keep_summary(connection: Connection, conversation_id: str, summary: Summary) -> None:
    """Write it down, unless the conversation is gone, or another gateway was faster."""
    there = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.id == conversation_id)
    same = select(SUMMARIES.c.id).where(
        SUMMARIES.c.conversation_id == conversation_id, SUMMARIES.c.through == summary.through
    )
    if connection.execute(there).first() is None or connection.execute(same).first() is not None:
        return
    connection.execute(
        SUMMARIES.insert().values(
            id=str(uuid4()),
            conversation_id=conversation_id,
            through=summary.through,
            text=json.dumps(summary.text),
            model=summary.model,
            created_at=summary.made_at,
        )
    )


def _answer(turn: Turn, answered: Container[str]) -> Iterable[Message]:
    if turn.answer is None:
        return
    calls = tuple(call for call in turn.answer.calls if call.id in answered)
    if turn.answer.content or calls:
        yield Message("assistant", turn.answer.content, calls)
