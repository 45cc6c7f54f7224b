"""The memories of one user: bound here, never passed per call."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, update

from mosaic_gateway.accounts.users import User, is_askable
from mosaic_gateway.memory.direction import MOST_NEAR, Direction
from mosaic_gateway.memory.errors import NoSuchMemoryError, TooManyMemoriesError
from mosaic_gateway.memory.memory import MOST_MEMORIES, Memory, memory_in
from mosaic_gateway.memory.ranking import closest, fused
from mosaic_gateway.memory.search import Page, Slice, cut, passages_for
from mosaic_gateway.memory.words import words_in
from mosaic_gateway.storage.nearest import bind, nearest
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import CONVERSATIONS, MEMORIES, PASSAGES

TURN = "memories"


class Memories:
    """What is kept for a user."""

    def __init__(self, storage: Storage, user: User) -> None:
        self._storage = storage
        self._user = user

    def all(self, wanted: Slice) -> Page[Memory]:
        """The latest first."""
        query = self._own().order_by(MEMORIES.c.updated_at.desc(), MEMORIES.c.id)
        # One more, by which it is seen whether there are more.
        query = query.limit(wanted.most + 1).offset(wanted.skip)
        with self._storage.reading() as connection:
            found = [memory_in(row) for row in connection.execute(query)]
        return cut(found, Slice(wanted.most))

    def search(self, text: str, wanted: Slice, direction: Direction | None = None) -> Page[Memory]:
        """Those with a word of this text, or one that begins so; the best first.

        With a `direction`, also those that lie nearest in it, whatever their words are.
        """
        with self._storage.reading() as connection:
            ids = passages_for(connection, self._user.id, text, kind="memory_id")
            if direction is not None:
                ids = fused(self._near(connection, direction), ids)
            page = cut(ids, wanted)
            rows = connection.execute(self._own().where(MEMORIES.c.id.in_(page.items)))
            found = {row.id: memory_in(row) for row in rows}
        return Page([found[each] for each in page.items if each in found], page.has_more)

    def add(self, text: str, conversation: str | None = None) -> Memory:
        """Keep a text that `parse_memory` returned; one that is kept already counts as said again.

        A `conversation` that is not theirs is none. Raises TooManyMemoriesError.
        """
        with self._storage.writing(alone=TURN) as connection:
            known = connection.execute(self._own().where(MEMORIES.c.text == text)).first()
            now = datetime.now(UTC)
            if known is not None:
                is_it = MEMORIES.c.id == known.id
                connection.execute(update(MEMORIES).where(is_it).values(updated_at=now))
                return self._find(connection, known.id)
            self._require_room(connection)
            made = Memory(
                str(uuid4()), text, self._own_conversation(connection, conversation), now, now
            )
            self._insert(connection, made)
            return made

    def find(self, memory_id: str) -> Memory:
        """Raises NoSuchMemoryError."""
        with self._storage.reading() as connection:
            return self._find(connection, memory_id)

    def remove(self, memory_id: str) -> None:
        """Forget it for good; raises NoSuchMemoryError."""
        with self._storage.writing() as connection:
            found = self._find(connection, memory_id)
            connection.execute(delete(MEMORIES).where(self._is_own, MEMORIES.c.id == found.id))

    def _near(self, connection: Connection, direction: Direction) -> list[str]:
        bind(connection, self._user.id)
        space, vector = direction.space, direction.vector
        return closest(nearest(connection, self._user.id, space, vector, MOST_NEAR))

    @property
    def _is_own(self) -> ColumnElement[bool]:
        return MEMORIES.c.user_id == self._user.id

    def _own(self) -> Select[*tuple[object, ...]]:
        return select(MEMORIES).where(self._is_own)

    def _find(self, connection: Connection, memory_id: str) -> Memory:
        if not is_askable(memory_id):
            raise NoSuchMemoryError
        row = connection.execute(self._own().where(MEMORIES.c.id == memory_id)).first()
        if row is None:
            raise NoSuchMemoryError
        return memory_in(row)

    def _require_room(self, connection: Connection) -> None:
        number = select(func.count()).select_from(MEMORIES).where(self._is_own)
        if (connection.scalar(number) or 0) >= MOST_MEMORIES:
            raise TooManyMemoriesError

    def _own_conversation(self, connection: Connection, conversation: str | None) -> str | None:
        if conversation is None or not is_askable(conversation):
            return None
        is_own = (CONVERSATIONS.c.id == conversation, CONVERSATIONS.c.user_id == self._user.id)
        return connection.scalar(select(CONVERSATIONS.c.id).where(*is_own))

    def _insert(self, connection: Connection, made: Memory) -> None:
        user = {"user_id": self._user.id}
        connection.execute(
            MEMORIES.insert().values(
                **user,
                id=made.id,
                text=made.text,
                conversation_id=made.conversation,
                created_at=made.created_at,
                updated_at=made.updated_at,
            )
        )
        words = " ".join(words_in(made.text))
        connection.execute(PASSAGES.insert().values(**user, memory_id=made.id, words=words))
