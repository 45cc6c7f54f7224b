"""The conversations of one user: bound here, never passed per call."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, Select, delete, select, update

from mosaic_gateway.accounts.users import User
from mosaic_gateway.errors import ConversationBusyError, NoSuchConversationError
from mosaic_gateway.models.messages import Message
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import CONVERSATIONS, TURNS
from mosaic_gateway.turns import recording
from mosaic_gateway.turns.history import History, Summary, latest_summary, told
from mosaic_gateway.turns.kept import (
    UNTITLED,
    Conversation,
    Turn,
    conversation_in,
    decoded,
    digest,
    title_of,
    turn_in,
)

MOST_LISTED = 200
ID_LENGTH = 36
MOST_AT_ONCE = 500
"""Ids in one statement: databases take no more than some thousands."""
_INSERT = CONVERSATIONS.insert()  # made once, as it is wanted for so many turns


class Conversations:
    """What a user has said, and what they were answered."""

    def __init__(self, storage: Storage, user: User) -> None:
        self._storage = storage
        self._user = user

    def all(self, most: int = MOST_LISTED, before: datetime | None = None) -> list[Conversation]:
        """The latest first; `before` goes on where a list ended."""
        query = select(CONVERSATIONS).where(CONVERSATIONS.c.user_id == self._user.id)
        if before is not None:
            query = query.where(CONVERSATIONS.c.updated_at < before)
        query = query.order_by(CONVERSATIONS.c.updated_at.desc(), CONVERSATIONS.c.id).limit(most)
        with self._storage.reading() as connection:
            return [conversation_in(row) for row in connection.execute(query)]

    def create(self, title: str | None) -> Conversation:
        """A new one, in which nothing was said yet; it is named after the first question."""
        now = datetime.now(UTC)
        made = Conversation(str(uuid4()), title or UNTITLED, now, now)
        with self._storage.writing() as connection:
            self._insert(connection, made)
        return made

    def find(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """One with all its turns; raises NoSuchConversationError."""
        with self._storage.reading() as connection:
            return self._find(connection, conversation_id), _turns(connection, conversation_id)

    def rename(self, conversation_id: str, title: str) -> Conversation:
        """Raises NoSuchConversationError."""
        with self._storage.writing() as connection:
            self._find(connection, conversation_id)
            is_it = CONVERSATIONS.c.id == conversation_id
            connection.execute(update(CONVERSATIONS).where(is_it).values(title=title))
            return self._find(connection, conversation_id)

    def remove(self, conversation_id: str) -> None:
        """With all that was said; raises NoSuchConversationError."""
        with self._storage.writing() as connection:
            self._find(connection, conversation_id)
            connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id))

    def summary(self, conversation_id: str) -> Summary | None:
        """The latest one of its beginning, if there is any; raises NoSuchConversationError."""
        with self._storage.reading() as connection:
            self._find(connection, conversation_id)
            return latest_summary(connection, conversation_id)

    def recall(
        self, conversation_id: str, then: Sequence[Message] = ()
    ) -> tuple[History, str | None]:
        """What a model is told of it, and the id of the agent that it was last held with.

        `then` is what is said next, with the results of calls. Raises NoSuchConversationError.
        """
        with self._storage.reading() as connection:
            self._find(connection, conversation_id)
            turns = _turns(connection, conversation_id)
            summary = latest_summary(connection, conversation_id)
        return History(told(turns, then), summary), turns[-1].agent_id if turns else None

    def up_to(
        self, turn_id: str, then: Sequence[Message] = ()
    ) -> tuple[str, Sequence[Message] | None]:
        """The id of the conversation of a turn, and what a model is told of it up to this turn.

        That is None where it is the latest turn. Raises NoSuchConversationError.
        """
        query = select(TURNS.c.conversation_id).where(TURNS.c.id == turn_id)
        with self._storage.reading() as connection:
            conversation_id = connection.execute(query).scalar() or ""
            self._find(connection, conversation_id)
            turns = _turns(connection, conversation_id)
        number = next(number for number, each in enumerate(turns, 1) if each.id == turn_id)
        is_latest = number == len(turns)
        said = told(turns[:number], then)
        return conversation_id, None if is_latest else History(said).messages

    def answers(self, turn_ids: Iterable[str]) -> dict[str, str]:
        """What was said in each of these turns, as far as they are theirs and anything was."""
        own = select(TURNS.c.id, TURNS.c.answer).join(CONVERSATIONS)
        own = own.where(CONVERSATIONS.c.user_id == self._user.id, TURNS.c.answer.is_not(None))
        ids, found = sorted(set(turn_ids)), {}
        with self._storage.reading() as connection:
            for start in range(0, len(ids), MOST_AT_ONCE):
                some = ids[start : start + MOST_AT_ONCE]
                for row in connection.execute(own.where(TURNS.c.id.in_(some))):
                    found[str(row.id)] = decoded(row.answer)[0].text
        return found

    def open_turn(
        self, connection: Connection, conversation_id: str, new: recording.NewTurn
    ) -> recording.Opened:
        """Add a turn; raises NoSuchConversationError, and ConversationBusyError."""
        found = self._find(connection, conversation_id)
        latest = connection.execute(_last(conversation_id)).first()
        if latest is not None and recording.state_of(latest) == "running":
            if not new.knows_ended(latest):
                raise ConversationBusyError
            recording.give_up(connection, latest.id)
        opened = recording.Opened(conversation_id, new.id, latest.position + 1 if latest else 0)
        title = title_of(new.question) if not opened.position and found.title == UNTITLED else None
        recording.insert(connection, opened, new)
        values = {"updated_at": datetime.now(UTC), **({"title": title} if title else {})}
        is_it = CONVERSATIONS.c.id == conversation_id
        connection.execute(update(CONVERSATIONS).where(is_it).values(**values))
        return opened

    def continue_turn(
        self, connection: Connection, messages: Sequence[Message], new: recording.NewTurn
    ) -> recording.Opened:
        """Add a turn to the conversation that `messages` repeat and go on with, else to a new one.

        A client that keeps its own history sends all of it each time.
        """
        said = max((i for i, each in enumerate(messages) if each.role == "assistant"), default=-1)
        known = self._known(connection, digest(messages[: said + 1])) if said >= 0 else None
        if known is not None:
            rest = replace(new, question=messages[said + 1 :])
            return self.open_turn(connection, known, rest)
        now = datetime.now(UTC)
        made = Conversation(str(uuid4()), title_of(messages), now, now)
        self._insert(connection, made)
        opened = recording.Opened(made.id, new.id, 0)
        recording.insert(connection, opened, new)
        return opened

    def _known(self, connection: Connection, course: str) -> str | None:
        """The id of a conversation of this course, in which nothing was said since."""
        later = TURNS.alias()
        query = (
            select(TURNS.c.conversation_id)
            .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
            .where(TURNS.c.digest == course, CONVERSATIONS.c.user_id == self._user.id)
            .where(
                ~select(later.c.id)
                .where(later.c.conversation_id == TURNS.c.conversation_id)
                .where(later.c.position > TURNS.c.position)
                .exists()
            )
            .order_by(TURNS.c.ended_at.desc())
        )
        return connection.execute(query).scalar()

    def _find(self, connection: Connection, conversation_id: str) -> Conversation:
        if len(conversation_id) != ID_LENGTH or not conversation_id.isascii():
            raise NoSuchConversationError
        if not conversation_id.isprintable():
            raise NoSuchConversationError
        query = select(CONVERSATIONS).where(
            CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.user_id == self._user.id
        )
        row = connection.execute(query).first()
        if row is None:
            raise NoSuchConversationError
        return conversation_in(row)

    def _insert(self, connection: Connection, made: Conversation) -> None:
        row = {
            "id": made.id,
            "user_id": self._user.id,
            "title": made.title,
            "created_at": made.created_at,
            "updated_at": made.updated_at,
        }
        connection.execute(_INSERT, row)


def _turns(connection: Connection, conversation_id: str) -> list[Turn]:
    query = select(TURNS).where(TURNS.c.conversation_id == conversation_id)
    rows = connection.execute(query.order_by(TURNS.c.position))
    return [turn_in(row, recording.state_of(row)) for row in rows]


def _last(conversation_id: str) -> Select[*tuple[object, ...]]:
    query = select(TURNS.c.id, TURNS.c.position, TURNS.c.state, TURNS.c.heard_at, TURNS.c.runner)
    return (
        query.where(TURNS.c.conversation_id == conversation_id)
        .order_by(TURNS.c.position.desc())
        .limit(1)
    )
