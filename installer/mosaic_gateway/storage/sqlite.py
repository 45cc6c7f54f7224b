"""SQLite: one file, one writer at a time."""

import sqlite3
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.errors import StatementError, StorageError
from mosaic_gateway.storage.pool import CONNECTIONS, Storage

BUSY_TIMEOUT_MS = 10_000
OF_OTHERS = 0o077
PRIVATE = 0o600
BEGIN_ANEW = "put a backup there; or begin with an empty one, which `mosaic-gateway migrate` makes"

BEGINS_HERE = 0x4D6F7361
"""The application id of a database without tables that somebody made for us to begin in."""

_WRITES = "mosaic_writes"
_AS_IT_IS = {"mode": "rw", "uri": "true"}
_REASONS = (
    ("not a database", "is damaged or not a database", "restore it from a backup"),
    ("malformed", "is damaged or not a database", "restore it from a backup"),
    ("locked", "is locked by another program", "end the program that holds it and try again"),
    ("readonly", "cannot be written", "make it writable for the gateway's user"),
    ("unable to open", "cannot be opened", "let the gateway's user read and write it"),
    ("full", "cannot grow: the disk is full", "free some space on its disk"),
)


class Sqlite:
    """What is particular to a database in a file."""

    reading: Mapping[str, object] = MappingProxyType({})
    writing: Mapping[str, object] = MappingProxyType({_WRITES: True})

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = _identity(path)

    def take_turn(self, connection: Connection, name: str) -> None:
        """Nothing to do: whoever writes is alone from the first statement on."""

    def require_place(self) -> None:
        """An open file outlives its name: all seems well until the last who has it open ends."""
        there = _identity(self._path)
        if there == self._opened:
            return
        what = "was replaced while it was open" if there else "is gone from its place"
        raise StorageError(
            f"the database `{self._path}` {what}",
            "bring it back from a backup, then restart the gateway",
            brief=what,
        )

    def prepare_migration(self, connection: Connection) -> None:
        """Nothing to do: statements have no time limit."""

    def explain(self, error: DBAPIError | PoolTimeoutError) -> StorageError | None:
        if isinstance(error, PoolTimeoutError):
            reason = "no free connection"
        elif isinstance(error, ProgrammingError) or not isinstance(error, DatabaseError):
            return None
        else:
            reason = str(error.orig)
        for pattern, what, hint in _REASONS:
            if pattern in reason:
                return StorageError(f"the database `{self._path}` {what}", hint, brief=what)
        kind = StorageError
        if isinstance(error, DatabaseError) and _is_about_statement(error):
            kind = StatementError
        return kind(
            f"the database `{self._path}` failed: {reason}",
            "see whether its disk and its file are in order",
        )


def _is_about_statement(error: DatabaseError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def open_sqlite(config: SqliteStorage, *, create: bool) -> Storage:
    """Open the file and prove that it is a database.

    Raises StorageError when it is missing or has lost its content and `create` is false, when its
    folder is missing, or when it cannot be used. Folders are never made: the installer owns them.
    """
    _require_file(config, create=create)
    _make_file(config.path)
    _close_to_others(config.path)
    storage = Storage(_engine(config), Sqlite(config.path))
    with storage.reading() as connection:
        has_tables = connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar()
        mark = connection.execute(text("PRAGMA application_id")).scalar()
    if not (create or has_tables or mark == BEGINS_HERE):
        storage.close()
        raise _lost_its_content(config.path)
    return storage


def _require_file(config: SqliteStorage, *, create: bool) -> None:
    if not config.path.parent.is_dir():
        raise StorageError(
            f"the folder `{config.path.parent}` of the database does not exist",
            "create it with `mosaic install`, or correct `storage.path` in mosaic.config.json",
        )
    if config.path.is_symlink() and not config.path.exists():
        raise StorageError(
            f"`{config.path}` is a link to a file that does not exist",
            "remove the link, or bring back the database that it leads to",
        )
    if not create and not config.path.exists():
        raise StorageError(f"there is no database at `{config.path}`", BEGIN_ANEW)
    # Before it is opened: that would write a header, and hide what happened.
    if not create and config.path.is_file() and not config.path.stat().st_size:
        raise _lost_its_content(config.path)


def _lost_its_content(path: Path) -> StorageError:
    return StorageError(f"the database `{path}` is empty", BEGIN_ANEW, brief="is empty")


def _make_file(path: Path) -> None:
    # Connections never make it: one that is opened later would hide that the file is gone.
    if path.exists():
        return
    try:
        path.touch(mode=PRIVATE)
    except OSError as error:
        raise StorageError(
            f"the database `{path}` cannot be made: {error.strerror}",
            "let the gateway's user write to its folder",
            brief="cannot be made",
        ) from None


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one that has its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _close_to_others(path: Path) -> None:
    """Take away what others may do with a database that lay here before."""
    for file in (path.with_name(path.name + ending) for ending in ("", "-wal", "-shm")):
        with suppress(FileNotFoundError, PermissionError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & OF_OTHERS:
                file.chmod(mode & ~OF_OTHERS)


def _engine(config: SqliteStorage) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=config.path.absolute().as_uri(), query=_AS_IT_IS),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # In full: after a power cut, a revoked token must not be valid again.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # The driver's own BEGIN is switched off (isolation_level None). A deferred transaction that
    # first reads and then writes fails at once when somebody else wrote in between; an immediate
    # one waits its turn: https://www.sqlite.org/lang_transaction.html
    kind = "IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")
