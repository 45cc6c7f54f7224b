"""A job, what its function works with, and how it ends otherwise than well."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.models.models import Models
from mosaic_gateway.storage.pool import Storage

Answer = TypeVar("Answer")

USUAL_LIMIT = timedelta(minutes=10)


class JobError(Exception):
    """It did not work, for a reason that we can tell; the message is shown and holds no secret."""


class StoppedError(Exception):
    """The gateway ends; what is left is done after its next start, and this was no failure."""


@dataclass(frozen=True)
class Parts:
    """What jobs work with; `runner` is this gateway, by a name that it keeps."""

    storage: Storage
    models: Models
    meaning: Meaning
    runner: str


class Work:
    """One attempt, as its function sees it: what it works with, and whether it may go on.

    `loop` is the one that serves requests.
    """

    def __init__(
        self,
        parts: Parts,
        loop: asyncio.AbstractEventLoop,
        limit: timedelta,
        stopping: threading.Event,
    ) -> None:
        self.storage = parts.storage
        self.models = parts.models
        self.meaning = parts.meaning
        self._loop = loop
        self._stopping = stopping
        self._limit = limit
        # Of the clock that nobody sets.
        self._deadline = time.monotonic() + limit.total_seconds()

    @property
    def seconds_left(self) -> float:
        """How long it may still take."""
        return max(0.0, self._deadline - time.monotonic())

    def require_time(self) -> None:
        """Return where it may go on; to be called between steps of at most some seconds.

        Raises StoppedError and JobError.
        """
        if self._stopping.is_set():
            raise StoppedError
        if not self.seconds_left:
            raise self._too_long()

    def served(self, ask: Callable[[], Coroutine[object, object, Answer]]) -> Answer:
        """Have it done in the loop that serves requests, and wait for it.

        Raises StoppedError, JobError where it does not end in time, and what it raises.
        """
        self.require_time()
        future = asyncio.run_coroutine_threadsafe(ask(), self._loop)
        try:
            return future.result(self.seconds_left)
        except FutureTimeoutError:
            future.cancel()
            raise self._too_long() from None

    def _too_long(self) -> JobError:
        return JobError(f"it took longer than {self._limit.total_seconds() / 60:g} minutes")


@dataclass(frozen=True)
class Job:
    """Something to be done `every` so often, by the clock in UTC, and once if turns were missed.

    Its function is called in a thread of its own, again after a failure, and in the worst case by
    two gateways at once: so what it does twice must be as good as once. It has `limit` to end.
    It begins `delay` after its turn has come.
    """

    name: str
    every: timedelta
    function: Callable[[Work], None]
    delay: timedelta = timedelta()
    limit: timedelta = USUAL_LIMIT
