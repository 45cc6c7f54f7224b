"""Has a model of embeddings say what texts mean, where there is one, and keeps it with memories.

Nobody waits for it for long: a memory is kept first and has its vector later, and a search whose
vector does not come in time is made by keywords alone.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from mosaic_gateway.accounts.users import User
from mosaic_gateway.errors import GatewayError, RefusedError
from mosaic_gateway.memory.direction import Direction
from mosaic_gateway.memory.indexing import BATCH, Indexing
from mosaic_gateway.memory.source import Source
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.storage.pool import Storage

QUESTION_SECONDS = 3.0
REST_SECONDS = 30.0
"""After a failure, nobody asks for so long."""
MOST_SOON = 10 * BATCH
"""Memories that have vectors made beside a request."""

_LOG = logging.getLogger("mosaic_gateway.memory")


class Meaning:
    """Makes vectors for the memories of everybody; without a `source`, it makes none."""

    def __init__(
        self,
        storage: Storage,
        source: Source | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.storage = storage
        self._source = source
        self._clock = clock
        self._rests_until = 0.0
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def direction(self, user: User, text: str) -> Direction | None:
        """What a question means; None where nobody says so in time."""
        if self._source is None or self._rests or not text.strip():
            return None
        # A model that recalls may ask with half a character in it.
        sent = [text.encode("utf-8", "replace").decode("utf-8")]
        try:
            async with asyncio.timeout(QUESTION_SECONDS):
                [vector] = await self._source.vectors(user, sent, "question", QUESTION_SECONDS)
        except (ModelError, GatewayError, RefusedError, TimeoutError) as error:
            self._failed(error)
            return None
        return Direction(self._source.space, vector)

    def soon(self, user: User) -> None:
        """Begin to give vectors to those of a user's memories that have none; returns at once."""
        if self._source is None or self._rests or user.id in self._busy:
            return
        task = asyncio.create_task(self._index(user, self._source))
        self._busy[user.id] = task
        task.add_done_callback(lambda _: self._busy.pop(user.id, None))

    async def index_all(self, most: int) -> int:
        """Give vectors to memories of all users that have none, to so many; returns to how many.

        For a job: what is left, the next run finds. Who may not spend more is passed over. Raises
        ModelError and StorageError.
        """
        return await Indexing(self.storage, self._source).all(most) if self._source else 0

    async def _index(self, user: User, source: Source) -> None:
        try:
            await Indexing(self.storage, source).of(user, MOST_SOON)
        except (ModelError, GatewayError, RefusedError) as error:
            self._failed(error)

    @property
    def _rests(self) -> bool:
        return self._clock() < self._rests_until

    def _failed(self, error: Exception) -> None:
        if isinstance(error, RefusedError):
            return  # who has spent their limit is no reason for others to rest
        self._rests_until = self._clock() + REST_SECONDS
        # Without what the provider quotes, which may be of a memory.
        why = error.fault if isinstance(error, ModelError) else type(error).__name__
        _LOG.warning("no vectors of memories for %d s (%s)", REST_SECONDS, why)
