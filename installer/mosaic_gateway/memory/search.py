"""A search among the passages of one user, whatever they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection, func, select

from mosaic_gateway.memory.ranking import ranked
from mosaic_gateway.memory.words import asked_words
from mosaic_gateway.storage.keywords import Kind, candidates
from mosaic_gateway.storage.tables import PASSAGES

MOST_RANKED = 300
"""No more are compared with a question, nor found."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """What was found, the best first; `has_more` is whether the next page has any."""

    items: Sequence[Item]
    has_more: bool


@dataclass(frozen=True)
class Slice:
    """Which of the things that were found are wanted: `most` of them, after `skip`."""

    most: int
    skip: int = 0


def passages_for(connection: Connection, user_id: str, text: str, *, kind: Kind) -> list[str]:
    """The ids of a user's memories (`memory_id`) or turns (`turn_id`), the best first."""
    question = asked_words(text)
    if not question:
        return []
    rows = candidates(connection, user_id, question, kind=kind, most=MOST_RANKED)
    source = PASSAGES.c[kind]
    number = select(func.count()).where(PASSAGES.c.user_id == user_id, source.is_not(None))
    order = ranked(question, {row.id: row.words for row in rows}, connection.scalar(number) or 0)
    # Of whom they are is asked again: an index is no proof.
    is_own = (PASSAGES.c.user_id == user_id, PASSAGES.c.id.in_(order))
    found = connection.execute(select(PASSAGES.c.id, source.label("source")).where(*is_own))
    sources = {row.id: str(row.source) for row in found}
    return [sources[each] for each in order if each in sources]


def cut(items: Sequence[Item], wanted: Slice) -> Page[Item]:
    """A page of them."""
    end = wanted.skip + wanted.most
    return Page(items[wanted.skip : end], len(items) > end)
