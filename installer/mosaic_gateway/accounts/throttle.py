"""Slows down whoever guesses passwords.

An attempt is counted before its password is looked at, so guesses in parallel gain nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from mosaic_gateway.accounts.buckets import Bucket, subject_digest
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import THROTTLES

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)

NOW = timedelta(0)

_TURN = "throttles"


def wait_after(attempts: int, free: int) -> timedelta:
    """How long a bucket is closed after so many attempts: nothing, then 1, 2, 4 … 900 seconds."""
    if attempts < free:
        return NOW
    return min(timedelta(seconds=2 ** min(attempts - free, 30)), LONGEST_WAIT)


class Throttle(Protocol):
    """Counts attempts in buckets."""

    def enter(self, buckets: Sequence[Bucket]) -> timedelta:
        """Count an attempt in each; returns zero when it may go on, else how long to wait.

        An attempt that has to wait is counted nowhere.
        """

    def take_back(self, buckets: Sequence[Bucket]) -> None:
        """Count one attempt less in each: it was not a guess."""

    def clear(self, bucket: Bucket) -> None:
        """Forget the attempts in this bucket: its client proved itself."""

    def clear_all_of(self, subject: str) -> None:
        """Forget the attempts at this subject from everywhere."""


class DatabaseThrottle:
    """The counts in the database, so that a restart does not reset them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def enter(self, buckets: Sequence[Bucket]) -> timedelta:
        with self._storage.writing(alone=_TURN) as connection:
            now = datetime.now(UTC)  # not before: waiting for the turn takes time, too
            connection.execute(delete(THROTTLES).where(THROTTLES.c.forgotten_at <= now))
            rows = {bucket: _row(connection, bucket) for bucket in buckets}
            wait = max((row.closed_until - now for row in rows.values() if row), default=NOW)
            if wait > NOW:
                return wait
            for bucket, row in rows.items():
                _count(connection, bucket, (row.attempts if row else 0) + 1, now)
        return NOW

    def take_back(self, buckets: Sequence[Bucket]) -> None:
        if not buckets:
            return
        with self._storage.writing(alone=_TURN) as connection:
            fewer = update(THROTTLES).values(attempts=THROTTLES.c.attempts - 1)
            for bucket in buckets:
                connection.execute(fewer.where(*_is(bucket), THROTTLES.c.attempts > 0))

    def clear(self, bucket: Bucket) -> None:
        with self._storage.writing(alone=_TURN) as connection:
            connection.execute(delete(THROTTLES).where(*_is(bucket)))

    def clear_all_of(self, subject: str) -> None:
        with self._storage.writing(alone=_TURN) as connection:
            connection.execute(
                delete(THROTTLES).where(THROTTLES.c.subject == subject_digest(subject))
            )


def _row(connection: Connection, bucket: Bucket) -> "Row[*tuple[Any, ...]] | None":
    return connection.execute(select(THROTTLES).where(*_is(bucket))).first()


def _count(connection: Connection, bucket: Bucket, attempts: int, now: datetime) -> None:
    connection.execute(delete(THROTTLES).where(*_is(bucket)))
    connection.execute(
        THROTTLES.insert().values(
            subject=subject_digest(bucket.subject),
            client=bucket.client,
            attempts=attempts,
            closed_until=now + wait_after(attempts, bucket.free),
            forgotten_at=now + FORGOTTEN_AFTER,
        )
    )


def _is(bucket: Bucket) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        THROTTLES.c.subject == subject_digest(bucket.subject),
        THROTTLES.c.client == bucket.client,
    )
