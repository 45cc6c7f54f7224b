"""Opens the database and lends connections. Everything that depends on its kind is in this file.

Every database failure that is not a bug leaves this door as a StorageError.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from mosaic_gateway.errors import StorageError
from mosaic_gateway.tier_config import SqliteStorage

BUSY_TIMEOUT_MS = 10_000
CONNECTIONS = 8

_WRITES = "mosaic_writes"
_REASONS = (
    ("not a database", "is damaged or not a database", "restore it from a backup"),
    ("malformed", "is damaged or not a database", "restore it from a backup"),
    ("locked", "is locked by another program", "end the program that holds it and try again"),
    ("readonly", "cannot be written", "make it writable for the gateway's user"),
    ("unable to open", "cannot be opened", "let the gateway's user read and write it"),
    ("full", "cannot grow: the disk is full", "free some space on its disk"),
)


class Storage:
    """A database that is known to be there; connections come from a bounded pool."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{_WRITES: True})
        self._name = name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing."""
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end, or rolled back by an error.

        SQLite: the only writer from its first statement on, so what it read stays true.
        """
        with self._explained(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, ProgrammingError):
            raise
        except (DatabaseError, PoolTimeoutError) as error:
            raise self._explain(error) from None

    def _explain(self, error: DatabaseError | PoolTimeoutError) -> StorageError:
        reason = str(error.orig) if isinstance(error, DatabaseError) else "no free connection"
        for pattern, what, hint in _REASONS:
            if pattern in reason:
                return StorageError(f"the database `{self._name}` {what}", hint)
        return StorageError(
            f"the database `{self._name}` failed: {reason}",
            "see whether its disk and its file are in order",
        )


def open_storage(config: SqliteStorage, *, create: bool) -> Storage:
    """Open the database and prove that it is one.

    Raises StorageError when it is missing and `create` is false, when its folder is missing, or
    when it cannot be used. Folders are never made: the installer owns them.
    """
    _require_file(config, create=create)
    storage = Storage(_sqlite_engine(config), str(config.path))
    with storage.reading() as connection:
        connection.execute(text("SELECT count(*) FROM sqlite_master"))
    return storage


def _require_file(config: SqliteStorage, *, create: bool) -> None:
    if not config.path.parent.is_dir():
        raise StorageError(
            f"the folder `{config.path.parent}` of the database does not exist",
            "create it with `mosaic install`, or correct `storage.path` in mosaic.config.json",
        )
    if not create and not config.path.exists():
        raise StorageError(
            f"there is no database at `{config.path}`",
            "start the gateway once, or run `mosaic-gateway migrate`, to create it",
        )


def _sqlite_engine(config: SqliteStorage) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(config.path)),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # The driver's own BEGIN is switched off (isolation_level None). A deferred transaction that
    # first reads and then writes fails at once when somebody else wrote in between; an immediate
    # one waits its turn: https://www.sqlite.org/lang_transaction.html
    kind = "IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")
