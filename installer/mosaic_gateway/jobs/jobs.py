"""Everything that the gateway does by itself: begins after it listens, ends with it."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mosaic_gateway.errors import ServiceError
from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.attempts import Attempts
from mosaic_gateway.jobs.job import Job, Parts
from mosaic_gateway.jobs.loading import load_huey
from mosaic_gateway.jobs.table import JOBS

if TYPE_CHECKING:
    from mosaic_gateway.jobs.places import Place
    from mosaic_gateway.jobs.queue import Queue

FIRST_LOOK_SECONDS = 15.0
"""Whoever starts the gateway wants answers first."""

_LOG = logging.getLogger("mosaic_gateway.jobs")


class Jobs:
    """The jobs of a gateway; `place` is where its queue is kept, which `secret` signs."""

    def __init__(
        self, parts: Parts, secret: str, place: "Place", jobs: Sequence[Job] = JOBS
    ) -> None:
        self._parts = parts
        self._storage = parts.storage
        self._secret = secret
        self._place = place
        self._jobs = jobs
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._queue: Queue | None = None

    def begin(self) -> None:
        """Begin some seconds later; to be called in the loop that serves requests."""
        loop = asyncio.get_running_loop()
        timer = threading.Timer(FIRST_LOOK_SECONDS, self.start, (loop,))
        # A daemon, so that it delays no end.
        timer.daemon = True
        timer.start()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Load what it takes, count what a gateway of our name left, and begin."""
        load_huey()
        from mosaic_gateway.jobs.queue import Queue

        attempts = Attempts(self._parts, self._jobs, loop, self._stopping)
        with self._lock:
            if self._queue is not None or self._stopping.is_set():
                return
            self._recover()
            self._queue = Queue(self._place, self._secret, attempts.make, self.look)
            self._queue.start()

    def look(self) -> None:
        """Write down what is to be done now, and have it done; a failure leaves it for the next."""
        now = datetime.now(UTC)
        try:
            with self._storage.reading() as connection:
                is_wanted = runs.is_wanted(connection, self._jobs, now)
            if is_wanted:
                with self._storage.writing(alone=runs.TURN) as connection:
                    runs.recover(connection, now)
                    runs.schedule(connection, self._jobs, now)
            with self._storage.reading() as connection:
                found = runs.due(connection, now)
        except ServiceError as error:
            _LOG.warning("jobs wait: %s", error.message)
            return
        for run in found:
            self.wake(run)

    def wake(self, run: str) -> None:
        """Have it done now, if it is due."""
        queue = self._queue
        if queue is not None:
            queue.put(run)

    def close(self) -> None:
        """End, and give back what is not done; waits a moment for that."""
        self._stopping.set()
        with self._lock:
            if self._queue is not None:
                self._queue.stop()

    def _recover(self) -> None:
        try:
            with self._storage.writing(alone=runs.TURN) as connection:
                lost = runs.recover(connection, datetime.now(UTC), self._parts.runner)
        except ServiceError as error:
            _LOG.warning("what ran before is not looked at: %s", error.message)
        else:
            if lost:
                _LOG.warning("%d runs of jobs ended with the gateway that was here before", lost)
