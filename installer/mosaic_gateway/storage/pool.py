"""Lends connections to the database; what depends on the database is told by a Dialect.

Every database failure that is not a bug leaves this door as a StorageError.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mosaic_gateway.errors import StorageError

CONNECTIONS = 8


class Dialect(Protocol):
    """What differs between databases."""

    reading: Mapping[str, object]
    writing: Mapping[str, object]

    def take_turn(self, connection: Connection, name: str) -> None:
        """Wait until no other transaction that took the turn of this name is open."""

    def require_place(self) -> None:
        """Raise StorageError where what is open is not what lies in its place any more."""

    def prepare_migration(self, connection: Connection) -> None:
        """Give this transaction all the time it needs."""

    def explain(self, error: DBAPIError | PoolTimeoutError) -> StorageError | None:
        """What to tell about the failure; None when it is a bug of ours."""


class Storage:
    """A database; connections come from a bounded pool."""

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**dialect.reading)
        self._writer = engine.execution_options(**dialect.writing)
        self._dialect = dialect

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing."""
        with self._explained(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, alone: str | None = None) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end, or rolled back by an error.

        Among those that are `alone` under the same name, it is the only one from its first
        statement on, so that what it read of theirs stays true. In SQLite all of them are.
        """
        with self._explained(), self._writer.begin() as connection:
            if alone is not None:
                self._dialect.take_turn(connection, alone)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """As `writing`, for the one process that changes the schema, however long that takes."""
        with self._explained(), self._writer.begin() as connection:
            self._dialect.prepare_migration(connection)
            self._dialect.take_turn(connection, "schema")
            yield connection

    def require_place(self) -> None:
        """Raise StorageError where the next start would open another database than this one."""
        self._dialect.require_place()

    def listen(self, name: str, told: Callable[..., None]) -> None:
        """Have `told` called at an event of SQLAlchemy's engines, from now on."""
        event.listen(self._engine, name, told)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeoutError) as error:
            explained = self._dialect.explain(error)
            if explained is None:
                raise
            raise explained from None
