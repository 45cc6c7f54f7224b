"""PostgreSQL: a server, several replicas of the gateway at once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast
from zlib import crc32

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from mosaic_gateway.configuration.server_url import ServerUrl
from mosaic_gateway.errors import StorageError
from mosaic_gateway.storage.pool import CONNECTIONS, Storage
from mosaic_gateway.storage.postgres_errors import explanation
from mosaic_gateway.storage.timed_connection import (
    ANSWER_SECONDS,
    WITHOUT_END,
    TimedConnection,
)
from mosaic_gateway.waiting import wait_for

OLDEST_MAJOR = 14
POOL_TIMEOUT_SECONDS = 10
LOCK_SPACE = 0x6D6F7361  # "mosa": tells our advisory locks from those of others in the database

# A server that vanished without a word is noticed; an answer is not waited for without end.
_CONNECT_ARGUMENTS: dict[str, object] = {
    "application_name": "mosaic-gateway",
    # Where the database has another, the server says what it cannot store.
    "client_encoding": "utf8",
    "connect_timeout": 4,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    # A prepared statement would not survive a migration by another replica, or a pooler.
    "prepare_threshold": None,
}
_LIMITS = (
    "SET lock_timeout = '8s'; SET statement_timeout = '10s';"
    " SET idle_in_transaction_session_timeout = '60s'"
)
_MIGRATION_LIMITS = "SET LOCAL lock_timeout = '5min'; SET LOCAL statement_timeout = 0"


class Postgres:
    """What is particular to a database on a server."""

    reading: Mapping[str, object] = MappingProxyType(
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    writing: Mapping[str, object] = MappingProxyType({"isolation_level": "READ COMMITTED"})

    def __init__(self, url: ServerUrl) -> None:
        self._url = url

    def take_turn(self, connection: Connection, name: str) -> None:
        """Take an advisory lock, which ends with the transaction or the connection."""
        key = crc32(name.encode()) - 2**31  # the lock's keys are signed
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": LOCK_SPACE, "key": key}
        )

    def require_place(self) -> None:
        """Nothing to do: the server keeps its files open, and in their places."""

    def prepare_migration(self, connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        cast("TimedConnection", raw).longest_wait = WITHOUT_END
        connection.exec_driver_sql(_MIGRATION_LIMITS)

    def explain(self, error: DBAPIError | PoolTimeoutError) -> StorageError | None:
        return explanation(error, self._url)


def open_postgres(url: ServerUrl, patience: float) -> Storage:
    """Connect, waiting up to `patience` seconds for the server; raises StorageError."""
    storage = Storage(_engine(url), Postgres(url))
    try:
        wait_for(lambda: _require_version(storage, url), patience)
    except BaseException:
        storage.close()
        raise
    return storage


def _require_version(storage: Storage, url: ServerUrl) -> None:
    with storage.reading() as connection:
        major = int((connection.dialect.server_version_info or (0,))[0])
    if major < OLDEST_MAJOR:
        raise StorageError(
            f"the database `{url}` is of PostgreSQL {major}",
            f"use PostgreSQL {OLDEST_MAJOR} or newer; 17 is what is tested",
        )


def _engine(url: ServerUrl) -> Engine:
    engine = create_engine(
        URL.create("postgresql+psycopg", url.user, url.password, url.host, url.port, url.path),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_pre_ping=True,
        connect_args={**_CONNECT_ARGUMENTS, **dict(url.query)},
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkin", _limit_again)
    return engine


def _connect(
    _: Dialect, __: ConnectionPoolEntry, arguments: list[Any], options: dict[str, Any]
) -> TimedConnection:
    return TimedConnection.connect(*arguments, **options)


def _limit_again(connection: DBAPIConnection | None, _: ConnectionPoolEntry) -> None:
    if connection is not None:
        cast("TimedConnection", connection).longest_wait = ANSWER_SECONDS


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(_LIMITS)
    cursor.close()
    connection.commit()
