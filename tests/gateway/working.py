"""Jobs of a test's own, on a database and a queue of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg  # noqa: F401 - huey is loaded with its clients, of which other tests have need
import redis  # noqa: F401
from sqlalchemy import select, update

from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.attempts import Attempts
from mosaic_gateway.jobs.job import Job, Parts, Work
from mosaic_gateway.jobs.jobs import Jobs
from mosaic_gateway.jobs.places import Place
from mosaic_gateway.jobs.runs import Claim
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.models.models import Models
from mosaic_gateway.storage.job_tables import JOB_RUNS
from mosaic_gateway.storage.pool import Storage

SECRET = "a-secret-of-the-gateway-0123456789"
DAY = timedelta(days=1)
DEADLINE = 30.0


def nothing(_: Work) -> None:
    pass


def daily(function: Callable[[Work], None] = nothing, name: str = "daily", **more: Any) -> Job:
    return Job(name, DAY, function, **more)


def written_down(storage: Storage, *jobs: Job, at: datetime | None = None) -> list[str]:
    """Write down whose turn has come; the ids of all that is due."""
    now = at or datetime.now(UTC)
    with storage.writing(alone=runs.TURN) as connection:
        runs.schedule(connection, jobs, now)
        return runs.due(connection, now)


def attempts_of(
    storage: Storage, *jobs: Job, runner: str = "here", stopping: threading.Event | None = None
) -> Attempts:
    parts = Parts(storage, Models([]), Meaning(storage), runner)
    # No function of these jobs asks the loop for anything.
    loop = asyncio.new_event_loop()
    loop.close()
    return Attempts(parts, jobs, loop, stopping or threading.Event())


def claimed(storage: Storage, run: str, runner: str = "here") -> Claim | None:
    with storage.writing(alone=runs.TURN) as connection:
        return runs.claim(connection, run, runner, timedelta(minutes=10))


def rows_of(storage: Storage) -> list[Any]:
    with storage.reading() as connection:
        order = (JOB_RUNS.c.name, JOB_RUNS.c.slot)
        return list(connection.execute(select(JOB_RUNS).order_by(*order)))


def change(storage: Storage, **values: object) -> None:
    """Set something of all runs: what time would do, or a clock that is set."""
    with storage.writing() as connection:
        connection.execute(update(JOB_RUNS).values(**values))


@contextmanager
def working(
    storage: Storage, place: Place, jobs: Sequence[Job], runner: str = "here"
) -> Iterator[Jobs]:
    """The jobs of a gateway, which looks at once; they end with the test."""
    found = Jobs(Parts(storage, Models([]), Meaning(storage), runner), SECRET, place, jobs)
    loop = asyncio.new_event_loop()
    try:
        found.start(loop)
        yield found
    finally:
        found.close()
        loop.close()
