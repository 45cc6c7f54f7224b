"""What was said in the conversations of one user, and finding it: bound here, never per call.

A turn becomes a passage when somebody searches, not when it ends: nobody who chats waits for it,
and what was said before there was a search is found like everything else.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, select

from mosaic_gateway.accounts.users import User
from mosaic_gateway.memory.search import Page, Slice, cut, passages_for
from mosaic_gateway.memory.words import asked_words, words_in
from mosaic_gateway.models.messages import from_json
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import CONVERSATIONS, PASSAGES, TURNS

LONGEST_PASSAGE = 20_000
"""So many characters of a turn can be found."""
EXCERPT = 200
AT_ONCE = 50
"""Turns become passages in one transaction: whoever else writes to SQLite waits for it."""
TURN = "transcripts"


@dataclass(frozen=True)
class Excerpt:
    """A piece of a turn, near a word that was asked for."""

    conversation: str
    title: str
    turn: str
    position: int
    text: str
    said_at: datetime


class Transcripts:
    """What a user and the models have said to each other."""

    def __init__(self, storage: Storage, user: User) -> None:
        self._storage = storage
        self._user = user

    def search(self, text: str, wanted: Slice) -> Page[Excerpt]:
        """The turns with a word of this text, or one that begins so; the best first."""
        while self._index() == AT_ONCE:
            pass
        with self._storage.reading() as connection:
            ids = passages_for(connection, self._user.id, text, kind="turn_id")
            page = cut(ids, wanted)
            rows = connection.execute(self._own().where(TURNS.c.id.in_(page.items)))
            found = {row.id: _excerpt(row, text) for row in rows}
        return Page([found[each] for each in page.items if each in found], page.has_more)

    def _index(self) -> int:
        """Make passages of turns that have ended since; returns of how many."""
        with self._storage.reading() as connection:
            if connection.execute(self._unknown().limit(1)).first() is None:
                return 0
        with self._storage.writing(alone=TURN) as connection:
            # Held, so that none of them is removed before its passage is there.
            held = self._unknown().limit(AT_ONCE).with_for_update(read=True, of=TURNS)
            rows = connection.execute(held).all()
            for row in rows:
                _insert(connection, self._user.id, row)
            return len(rows)

    def _own(self) -> Select[*tuple[object, ...]]:
        query = select(TURNS, CONVERSATIONS.c.title).join(
            CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id
        )
        return query.where(CONVERSATIONS.c.user_id == self._user.id)

    def _unknown(self) -> Select[*tuple[object, ...]]:
        is_known = select(PASSAGES.c.id).where(PASSAGES.c.turn_id == TURNS.c.id).exists()
        return self._own().where(TURNS.c.ended_at.is_not(None), ~is_known)


def _insert(connection: Connection, user_id: str, row: Row[*tuple[object, ...]]) -> None:
    words = " ".join(words_in(_said(row)))
    connection.execute(PASSAGES.insert().values(user_id=user_id, turn_id=row.id, words=words))


def _said(row: Row[*tuple[object, ...]]) -> str:
    """What was asked, and what was answered, without what a client or its tools told."""
    asked = [from_json(each) for each in json.loads(row.question)]
    texts = [each.text for each in asked if each.role == "user"]
    texts += [from_json(each).text for each in json.loads(row.answer)] if row.answer else []
    return "\n".join(texts)[:LONGEST_PASSAGE]


def _excerpt(row: Row[*tuple[object, ...]], question: str) -> Excerpt:
    said = " ".join(_said(row).split())
    return Excerpt(
        conversation=row.conversation_id,
        title=row.title,
        turn=row.id,
        position=row.position,
        text=_around(said, _first(said, [each.word for each in asked_words(question)])),
        said_at=row.started_at,
    )


def _first(said: str, words: list[str]) -> int:
    """Where the first of these words is; 0 where it is written in another way there."""
    lower = said.lower()
    return min((at for at in (lower.find(word) for word in words) if at >= 0), default=0)


def _around(said: str, at: int) -> str:
    begin = max(0, min(at - EXCERPT // 4, len(said) - EXCERPT))
    end = begin + EXCERPT
    return ("…" if begin else "") + said[begin:end] + ("…" if end < len(said) else "")
