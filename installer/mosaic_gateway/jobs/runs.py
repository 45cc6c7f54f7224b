"""Runs of jobs in the database, which alone decides what is to be done and who does it.

The queue only carries ids to somebody who has time: what it loses, tells twice or makes up
changes nothing. Every function works in a transaction that has the turn of runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from mosaic_gateway.jobs.backing_off import LONGEST, wait_after
from mosaic_gateway.jobs.errors import JobNotOpenError, NoSuchJobError
from mosaic_gateway.jobs.job import Job
from mosaic_gateway.storage.job_tables import JOB_RUNS

TURN = "job-runs"
KEPT = 100
"""Runs of each job that have ended."""
MARGIN = timedelta(minutes=5)
"""After its limit, a run has this long to notice that."""
LONGEST_LEASE = timedelta(hours=6)
LONGEST_ERROR = 500
ENDED_WITH_GATEWAY = "the gateway ended while it ran"
NOT_HEARD_OF = "it did not end in time, or its gateway ended while it ran"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """Where a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    FAILED = "failed"


READY = (State.WAITING, State.RETRYING)
ENDED = (State.DONE, State.FAILED)


@dataclass(frozen=True)
class Claim:
    """The right to end an attempt, which nobody else has as long as the lease lasts."""

    id: str
    name: str
    attempts: int
    runner: str


def schedule(connection: Connection, jobs: Iterable[Job], now: datetime) -> None:
    """Write down the runs whose turn has come; a job has one open run at most."""
    is_open = JOB_RUNS.c.state.not_in(ENDED)
    for job in jobs:
        slot = slot_of(job, now)
        is_there = or_(is_open, JOB_RUNS.c.slot == slot)
        if connection.execute(select(JOB_RUNS.c.id).where(_is_of(job), is_there)).first():
            continue
        connection.execute(
            JOB_RUNS.insert().values(
                id=str(uuid4()),
                name=job.name,
                slot=slot,
                state=State.WAITING,
                attempts=0,
                created_at=now,
                due_at=now + job.delay,
            )
        )


def slot_of(job: Job, now: datetime) -> str:
    """The latest moment that was a turn of this job; the same for whoever looks."""
    return (EPOCH + (now - EPOCH) // job.every * job.every).isoformat(timespec="minutes")


def due(connection: Connection, now: datetime) -> list[str]:
    """The ids of runs that may begin, whose turn came first first."""
    query = select(JOB_RUNS.c.id).where(_is_due(now)).order_by(JOB_RUNS.c.due_at, JOB_RUNS.c.id)
    return list(connection.execute(query).scalars())


def name_of(connection: Connection, run: str) -> str | None:
    """Whose run this is; None where there is none of this id."""
    query = select(JOB_RUNS.c.name).where(JOB_RUNS.c.id == run)
    return connection.execute(query).scalar_one_or_none()


def claim(connection: Connection, run: str, runner: str, limit: timedelta) -> Claim | None:
    """Begin an attempt, which has `limit` to end.

    None where the run is not due, or another of its job goes on.
    """
    now = datetime.now(UTC)
    row = connection.execute(select(JOB_RUNS).where(JOB_RUNS.c.id == run, _is_due(now))).first()
    if row is None:
        return None
    goes_on = (JOB_RUNS.c.name == row.name, JOB_RUNS.c.state == State.RUNNING)
    if connection.execute(select(JOB_RUNS.c.id).where(*goes_on)).first():
        return None
    claimed = Claim(run, row.name, row.attempts + 1, runner)
    connection.execute(
        update(JOB_RUNS)
        .where(JOB_RUNS.c.id == run)
        .values(
            state=State.RUNNING,
            attempts=claimed.attempts,
            runner=runner,
            started_at=now,
            leased_until=now + min(limit + MARGIN, LONGEST_LEASE),
            ended_at=None,
        )
    )
    return claimed


def finish(connection: Connection, claimed: Claim) -> None:
    """Write down that it is done."""
    values = {"state": State.DONE, "ended_at": datetime.now(UTC), "error": None}
    connection.execute(update(JOB_RUNS).where(*_is_held(claimed)).values(**values))


def fail(connection: Connection, claimed: Claim, error: str, *, is_final: bool = False) -> None:
    """Write down why it did not work, and when it is tried again, unless that is of no use."""
    wait = None if is_final else wait_after(claimed.attempts)
    values = _failed(error, wait, datetime.now(UTC))
    connection.execute(update(JOB_RUNS).where(*_is_held(claimed)).values(**values))


def give_back(connection: Connection, claimed: Claim) -> None:
    """Let it wait for another start of the gateway; this attempt does not count."""
    values = {"state": State.WAITING, "attempts": claimed.attempts - 1, "started_at": None}
    connection.execute(update(JOB_RUNS).where(*_is_held(claimed)).values(**values))


def have_again(connection: Connection, run: str, now: datetime) -> None:
    """Let it begin at once; one that has failed may fail as often again.

    Raises NoSuchJobError and JobNotOpenError. Needs no turn: whoever begins it at this moment is
    seen to have.
    """
    row = connection.execute(select(JOB_RUNS).where(JOB_RUNS.c.id == run)).first()
    if row is None:
        raise NoSuchJobError
    values: dict[str, object] = {"due_at": now}
    if row.state == State.FAILED:
        values |= {"state": State.WAITING, "attempts": 0, "ended_at": None}
    is_open = JOB_RUNS.c.state.in_((*READY, State.FAILED))
    change = update(JOB_RUNS).where(JOB_RUNS.c.id == run, is_open).values(**values)
    if not connection.execute(change).rowcount:
        raise JobNotOpenError


def recover(connection: Connection, now: datetime, runner: str | None = None) -> int:
    """Count what nobody runs any more as a failure; returns how many runs that were.

    `runner` is whoever starts: what one of the same name ran, it runs no more.
    """
    lost = connection.execute(select(JOB_RUNS).where(_is_lost(now, runner))).all()
    for row in lost:
        why = ENDED_WITH_GATEWAY if row.runner == runner else NOT_HEARD_OF
        values = _failed(why, wait_after(row.attempts), now)
        connection.execute(update(JOB_RUNS).where(JOB_RUNS.c.id == row.id).values(**values))
    return len(lost)


def is_wanted(connection: Connection, jobs: Iterable[Job], now: datetime) -> bool:
    """Whether `recover` or `schedule` has anything to write."""
    if connection.execute(select(JOB_RUNS.c.id).where(_is_lost(now, None))).first():
        return True
    slots = {each.name: slot_of(each, now) for each in jobs}
    is_there = or_(JOB_RUNS.c.state.not_in(ENDED), JOB_RUNS.c.slot.in_(slots.values()))
    query = select(JOB_RUNS).where(JOB_RUNS.c.name.in_(slots), is_there)
    rows = connection.execute(query).all()
    has_one = {row.name for row in rows if row.state not in ENDED or row.slot == slots[row.name]}
    return not slots.keys() <= has_one


def forget_old(connection: Connection, kept: int = KEPT) -> None:
    """Remove the oldest runs that have ended, beyond those that are kept of each job."""
    ended = JOB_RUNS.c.state.in_(ENDED)
    for name in connection.execute(select(JOB_RUNS.c.name).distinct()).scalars().all():
        newest = select(JOB_RUNS.c.id).where(JOB_RUNS.c.name == name, ended)
        newest = newest.order_by(JOB_RUNS.c.created_at.desc(), JOB_RUNS.c.id).limit(kept)
        old = (JOB_RUNS.c.name == name, ended, JOB_RUNS.c.id.not_in(newest))
        connection.execute(delete(JOB_RUNS).where(*old))


def _failed(error: str, wait: timedelta | None, now: datetime) -> dict[str, object]:
    ascii_only = error.encode("ascii", "replace").decode()[:LONGEST_ERROR]
    # No database keeps every character, NUL for one.
    said = "".join(each if each.isprintable() else "?" for each in ascii_only)
    if wait is None:
        return {"state": State.FAILED, "error": said, "ended_at": now}
    return {"state": State.RETRYING, "error": said, "ended_at": now, "due_at": now + wait}


def _is_of(job: Job) -> ColumnElement[bool]:
    return JOB_RUNS.c.name == job.name


def _is_due(now: datetime) -> ColumnElement[bool]:
    # What waits for longer than anything ever does was written down before a clock was set back.
    has_come = or_(JOB_RUNS.c.due_at <= now, JOB_RUNS.c.due_at > now + LONGEST)
    return and_(JOB_RUNS.c.state.in_(READY), has_come)


def _is_lost(now: datetime, runner: str | None) -> ColumnElement[bool]:
    is_over = or_(JOB_RUNS.c.leased_until <= now, JOB_RUNS.c.leased_until > now + LONGEST_LEASE)
    is_ours = JOB_RUNS.c.runner == runner
    return and_(
        JOB_RUNS.c.state == State.RUNNING, is_over if runner is None else or_(is_over, is_ours)
    )


def _is_held(claimed: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        JOB_RUNS.c.id == claimed.id,
        JOB_RUNS.c.state == State.RUNNING,
        JOB_RUNS.c.attempts == claimed.attempts,
        JOB_RUNS.c.runner == claimed.runner,
    )
