"""One attempt at a run: begin it, call its function, write down how it ended."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

from mosaic_gateway.errors import QueueError, ServiceError
from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.job import (
    USUAL_LIMIT,
    Job,
    JobError,
    Parts,
    StoppedError,
    Work,
)
from mosaic_gateway.jobs.runs import Claim

UNKNOWN = "this version of the gateway has no such job"

_LOG = logging.getLogger("mosaic_gateway.jobs")


class Attempts:
    """Makes attempts, in whichever threads call it; `loop` is the one that serves requests."""

    def __init__(
        self,
        parts: Parts,
        jobs: Iterable[Job],
        loop: asyncio.AbstractEventLoop,
        stopping: threading.Event,
    ) -> None:
        self._parts = parts
        self._jobs = {each.name: each for each in jobs}
        self._loop = loop
        self._stopping = stopping
        self._lock = threading.Lock()
        self._going: set[str] = set()

    def make(self, run: str) -> None:
        """Make one, where this run is due and nobody is at it; raises StorageError."""
        with self._parts.storage.reading() as connection:
            name = runs.name_of(connection, run)
        if name is None or self._stopping.is_set():
            return
        with self._alone_at(name) as is_alone:
            if is_alone:
                self._make(run, self._jobs.get(name))

    @contextmanager
    def _alone_at(self, name: str) -> Iterator[bool]:
        # A thread cannot be ended: a function that hangs would get another one with each attempt.
        with self._lock:
            is_alone = name not in self._going
            self._going.add(name)
        try:
            yield is_alone
        finally:
            if is_alone:
                with self._lock:
                    self._going.discard(name)

    def _make(self, run: str, job: Job | None) -> None:
        limit = job.limit if job else USUAL_LIMIT
        with self._noting() as connection:
            claimed = runs.claim(connection, run, self._parts.runner, limit)
        if claimed is None:
            return
        try:
            self._call(claimed, job)
        except StoppedError:
            with self._noting() as connection:
                runs.give_back(connection, claimed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run failed by it
            told = _told(claimed, error)
            with self._noting() as connection:
                runs.fail(connection, claimed, told, is_final=job is None)
        else:
            with self._noting() as connection:
                runs.finish(connection, claimed)

    def _call(self, claimed: Claim, job: Job | None) -> None:
        if job is None:
            raise JobError(UNKNOWN)
        started = time.monotonic()
        job.function(Work(self._parts, self._loop, job.limit, self._stopping))
        # Nobody reads every hour that all went well; `mosaic job list` shows when it did.
        _LOG.debug("%s: done after %.1f s", claimed.name, time.monotonic() - started)

    def _noting(self) -> AbstractContextManager[Connection]:
        return self._parts.storage.writing(alone=runs.TURN)


def _told(claimed: Claim, error: Exception) -> str:
    """What people are told about it; what we did not expect may quote anything, and is not."""
    match error:
        case JobError():
            told = str(error)
        case ServiceError(brief=brief):
            told = f"the {'queue' if isinstance(error, QueueError) else 'database'} {brief}"
        case _:
            _LOG.error("%s: failed", claimed.name, exc_info=error)
            return f"internal error ({type(error).__name__}); the gateway's log has the details"
    _LOG.warning("%s: attempt %d failed: %s", claimed.name, claimed.attempts, told)
    return told
