"""Slows down whoever guesses passwords, per e-mail address and client.

An attempt is counted before its password is looked at, so guesses in parallel gain nothing.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, delete, select, update

from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import THROTTLES

FREE_ATTEMPTS = 5
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)

_TURN = "throttles"


def wait_after(attempts: int) -> timedelta:
    """How long it stays closed after so many attempts: nothing, then 1, 2, 4 … 900 seconds."""
    if attempts < FREE_ATTEMPTS:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(attempts - FREE_ATTEMPTS, 30)), LONGEST_WAIT)


def subject_digest(subject: str) -> str:
    """What a subject is kept as: people type passwords into the wrong field."""
    return hashlib.sha256(subject.encode()).hexdigest()


class Throttle(Protocol):
    """Counts attempts of a subject (an e-mail address as compared) from a client."""

    def enter(self, subject: str, client: str) -> timedelta:
        """Count an attempt, and return zero when it may go on, else how long to wait."""

    def take_back(self, subject: str, client: str) -> None:
        """Count one attempt less: its password was never looked at."""

    def clear(self, subject: str, client: str) -> None:
        """Forget the attempts of this subject from this client: it proved itself."""

    def clear_all_of(self, subject: str) -> None:
        """Forget the attempts of this subject from everywhere."""


class DatabaseThrottle:
    """The counts in the database, so that a restart does not reset them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def enter(self, subject: str, client: str) -> timedelta:
        with self._storage.writing(alone=_TURN) as connection:
            now = datetime.now(UTC)  # not before: waiting for the turn takes time, too
            connection.execute(delete(THROTTLES).where(THROTTLES.c.forgotten_at <= now))
            row = connection.execute(select(THROTTLES).where(*_is(subject, client))).first()
            if row is not None and row.closed_until > now:
                closed_until: datetime = row.closed_until
                return closed_until - now
            _count(connection, (subject, client), (row.attempts if row else 0) + 1, now)
        return timedelta(0)

    def take_back(self, subject: str, client: str) -> None:
        with self._storage.writing(alone=_TURN) as connection:
            fewer = update(THROTTLES).values(attempts=THROTTLES.c.attempts - 1)
            connection.execute(fewer.where(*_is(subject, client), THROTTLES.c.attempts > 0))

    def clear(self, subject: str, client: str) -> None:
        with self._storage.writing(alone=_TURN) as connection:
            connection.execute(delete(THROTTLES).where(*_is(subject, client)))

    def clear_all_of(self, subject: str) -> None:
        with self._storage.writing(alone=_TURN) as connection:
            connection.execute(
                delete(THROTTLES).where(THROTTLES.c.subject == subject_digest(subject))
            )


def _count(connection: Connection, who: tuple[str, str], attempts: int, now: datetime) -> None:
    connection.execute(delete(THROTTLES).where(*_is(*who)))
    connection.execute(
        THROTTLES.insert().values(
            subject=subject_digest(who[0]),
            client=who[1],
            attempts=attempts,
            closed_until=now + wait_after(attempts),
            forgotten_at=now + FORGOTTEN_AFTER,
        )
    )


def _is(subject: str, client: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return THROTTLES.c.subject == subject_digest(subject), THROTTLES.c.client == client
