"""The queue that carries ids of runs to whoever has time.

It holds nothing that is not in the database as well (`runs.py`): one that was lost or flushed is
filled again at the next look, and what it tells twice changes nothing.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from huey import crontab  # type: ignore[import-untyped] # it has no types
from huey.consumer import Consumer  # type: ignore[import-untyped]

from mosaic_gateway.jobs.places import Place, open_huey

WORKERS = 2
"""So that a long run does not hold up short ones."""
LONGEST_IDLE_SECONDS = 1.0
CLOCK_SECONDS = 5
LOOK_LASTS_SECONDS = 60
"""A look that nobody had time for is useless once the next one is there."""
FULL = 1000
STOP_SECONDS = 1.0
QUIET_SECONDS = 60.0
LOGGERS = ("huey", "huey.consumer", "huey.consumer.Worker", "huey.consumer.Scheduler")

_LOG = logging.getLogger("mosaic_gateway.jobs")


class Queue:
    """Carries ids to `attempt`, and calls `look` every minute, in threads of its own."""

    def __init__(
        self, place: Place, secret: str, attempt: Callable[[str], None], look: Callable[[], None]
    ) -> None:
        huey = self._huey = open_huey(place, secret)

        def calls_attempt(run: str) -> None:
            attempt(run)

        def calls_look() -> None:
            look()

        self._attempt: Any = huey.task(name="attempt")(calls_attempt)
        huey.periodic_task(crontab(), name="look", expires=LOOK_LASTS_SECONDS)(calls_look)
        self._consumer: Any = _Consumer(
            huey,
            workers=WORKERS,
            max_delay=LONGEST_IDLE_SECONDS,
            scheduler_interval=CLOCK_SECONDS,
            shutdown_timeout=STOP_SECONDS,
        )
        _quieten()

    def start(self) -> None:
        """Begin to work."""
        self._consumer.start()

    def put(self, run: str) -> None:
        """Tell whoever has time of a run; where that fails, the next look does it again."""
        try:
            # Filled by somebody else, or by nobody taking anything: more of the same is no help.
            if self._huey.pending_count() < FULL:
                self._attempt(run)
        except Exception as error:  # noqa: BLE001 - of SQLite, or of the client of Valkey
            _LOG.warning("the queue of jobs cannot be used (%s)", type(error).__name__)

    def stop(self) -> None:
        """Take nothing more, and wait a moment for what is being done."""
        self._consumer.stop(graceful=True)
        with suppress(Exception):
            self._huey.storage.close()


class _Consumer(Consumer):  # type: ignore[misc]
    """One within a program that has other work, and its own signals."""

    def _set_signal_handlers(self) -> None:
        pass


class _Brief(logging.Filter):
    """Lets one line a minute through of each kind, without where in huey it happened.

    A queue that is away would have them say so every second, and whoever can fill it, at will.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now - self._said.get(str(record.msg), -QUIET_SECONDS) < QUIET_SECONDS:
            return False
        self._said[str(record.msg)] = now
        if record.exc_info and record.exc_info[0]:
            record.msg, record.args = f"{record.getMessage()} ({record.exc_info[0].__name__})", ()
            record.exc_info = None
        return True


def _quieten() -> None:
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _Brief) for each in logger.filters):
            logger.addFilter(_Brief())
