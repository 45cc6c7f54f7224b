"""Gives memories the vectors that they lack: new ones, and all after another model was chosen."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from mosaic_gateway.accounts.users import User, find_by_id
from mosaic_gateway.errors import RefusedError
from mosaic_gateway.memory.source import Source
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.storage.nearest import bind, keep_vectors, without_vector
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import MEMORIES

BATCH = 32
"""Memories whose vectors are asked for at once, and written in one transaction."""
BATCH_SECONDS = 120.0

# What a provider says of a text, and not of itself.
_OF_TEXT = frozenset({"rejected", "too-long"})


class Indexing:
    """One run of it; what a provider refuses in it is not asked for again before the next run."""

    def __init__(self, storage: Storage, source: Source) -> None:
        self._storage = storage
        self._source = source
        self._refused: set[str] = set()

    async def all(self, most: int) -> int:
        """Those of every user, until so many have one; returns how many that were.

        Raises ModelError and StorageError. Who may not spend more is passed over.
        """
        done = 0
        for user_id in await asyncio.to_thread(self._users):
            user = await asyncio.to_thread(self._user, user_id)
            if user is None:
                continue
            try:
                done += await self.of(user, most - done)
            except RefusedError:
                continue
            if done >= most:
                break
        return done

    async def of(self, user: User, most: int) -> int:
        """Those of one user; raises what asking for vectors does."""
        done = 0
        while done < most and (found := await asyncio.to_thread(self._lacking, user)):
            texts = dict(list(found.items())[: most - done])
            made = await self._made(user, texts)
            await asyncio.to_thread(self._keep, user, made)
            done += len(made)
        return done

    async def _made(self, user: User, texts: Mapping[str, str]) -> Mapping[str, Sequence[float]]:
        try:
            return await self._asked(user, texts)
        except ModelError as error:
            if error.fault not in _OF_TEXT:
                raise
        # One of them may be what it refuses: each by itself, so that the others have theirs.
        made: dict[str, Sequence[float]] = {}
        for memory_id, text in texts.items():
            try:
                made |= await self._asked(user, {memory_id: text})
            except ModelError as error:
                if error.fault not in _OF_TEXT:
                    raise
                self._refused.add(memory_id)
        return made

    async def _asked(self, user: User, texts: Mapping[str, str]) -> Mapping[str, Sequence[float]]:
        vectors = await self._source.vectors(user, list(texts.values()), "document", BATCH_SECONDS)
        return dict(zip(texts, vectors, strict=True))

    def _users(self) -> Sequence[str]:
        with self._storage.reading() as connection:
            query = select(MEMORIES.c.user_id).distinct().order_by(MEMORIES.c.user_id)
            return [row.user_id for row in connection.execute(query)]

    def _user(self, user_id: str) -> User | None:
        with self._storage.reading() as connection:
            return find_by_id(connection, user_id)

    def _lacking(self, user: User) -> Mapping[str, str]:
        with self._storage.reading() as connection:
            bind(connection, user.id)
            most = BATCH + len(self._refused)
            rows = without_vector(connection, user.id, self._source.space, most)
        found = {row.id: row.text for row in rows if row.id not in self._refused}
        return dict(list(found.items())[:BATCH])

    def _keep(self, user: User, vectors: Mapping[str, Sequence[float]]) -> None:
        with self._storage.writing() as connection:
            bind(connection, user.id, reads_only=False)
            keep_vectors(connection, user.id, self._source.space, vectors)
