"""Runs of jobs as an administrator sees them, and has them tried again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Row, select

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import Caller, Scope, require_still
from mosaic_gateway.accounts.users import TURN as ACCOUNTS
from mosaic_gateway.accounts.users import is_askable
from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.errors import NoSuchJobError
from mosaic_gateway.jobs.runs import State
from mosaic_gateway.storage.job_tables import JOB_RUNS
from mosaic_gateway.storage.pool import Storage

MOST = 1000
USUAL_MOST = 50


@dataclass(frozen=True)
class Run:
    """A run of a job; `due_at` is when it may begin, or might at the last attempt."""

    id: str
    name: str
    state: State
    attempts: int
    error: str | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Overview:
    """Every run, in the hands of an administrator; raises what Caller.require does."""

    def __init__(self, storage: Storage, admin: Caller, wake: Callable[[str], None]) -> None:
        admin.require(Scope.ADMIN)
        self._storage = storage
        self._admin = admin
        self._wake = wake

    def all(
        self, most: int = USUAL_MOST, *, name: str | None = None, state: State | None = None
    ) -> list[Run]:
        """The latest ones, of this job or in this state where one is given."""
        query = select(JOB_RUNS).order_by(JOB_RUNS.c.created_at.desc(), JOB_RUNS.c.id).limit(most)
        if name is not None:
            query = query.where(JOB_RUNS.c.name == name)
        if state is not None:
            query = query.where(JOB_RUNS.c.state == state)
        with self._storage.reading() as connection:
            return [_run(row) for row in connection.execute(query)]

    def retry(self, run: str) -> Run:
        """Have it done now; one that has failed may fail as often again.

        Raises NoSuchJobError and JobNotOpenError.
        """
        if not is_askable(run):
            raise NoSuchJobError
        with self._storage.writing(alone=ACCOUNTS) as connection:
            require_still(connection, self._admin, Scope.ADMIN)
            runs.have_again(connection, run, datetime.now(UTC))
            audit.record(connection, self._admin.actor, "job-retried", run)
            asked = _run(connection.execute(select(JOB_RUNS).where(JOB_RUNS.c.id == run)).one())
        self._wake(run)
        return asked


def _run(row: Row[*tuple[object, ...]]) -> Run:
    return Run(
        id=row.id,
        name=row.name,
        state=State(row.state),
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_at,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
