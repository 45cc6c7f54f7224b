"""What a gateway under test keeps its things in, and how a test looks and reaches into it."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psycopg
import redis
from tests.gateway.servers import PASSWORD, Servers

from mosaic_installer.core.actions.database_file import EMPTY_DATABASE

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
"""So long a throttle is remembered after its last attempt."""
MILLISECOND = timedelta(milliseconds=1)
NOBODY = sha256(b"").hexdigest()
PAIRS = f"client <> 'anywhere' AND subject <> '{NOBODY}'"
"""The throttles of one person at one place, and not the budgets that many share."""
DEADLINE = 90.0

Rows = list[tuple[object, ...]]


class Backing(Protocol):
    """A database, and a queue on it or beside it."""

    def config(self) -> dict[str, object]: ...

    def make(self) -> None:
        """Make an empty database where there is none, as the installer does."""

    def environment(self) -> dict[str, str]: ...

    def fill(self) -> None:
        """Put an up-to-date schema without users in place: faster than migrating."""

    def sql(self, statement: str, *values: object) -> Rows: ...

    def expire_sessions(self) -> None: ...

    def close_throttles(self) -> None:
        """For an hour."""

    def open_throttles(self) -> None:
        """End every wait, as time does."""

    def waits(self) -> list[float]:
        """How long each throttle closed at its last attempt, in seconds; the shortest first."""

    def session_names(self) -> list[str]: ...

    def stored(self) -> bytes:
        """Everything that is kept."""


@dataclass
class SqliteBacking:
    """A file."""

    file: Path
    template: Callable[[], Path]

    def config(self) -> dict[str, object]:
        return {
            "tier": "local",
            "storage": {"type": "sqlite", "path": str(self.file), "enableVector": False},
            "queue": {"type": "database"},
            "memory": {"type": "keyword"},
            "from-the-future": True,
        }

    def environment(self) -> dict[str, str]:
        return {}

    def make(self) -> None:
        if not self.file.exists():
            self.file.write_bytes(EMPTY_DATABASE)

    def fill(self) -> None:
        shutil.copyfile(self.template(), self.file)

    def sql(self, statement: str, *values: object) -> Rows:
        with closing(sqlite3.connect(self.file, timeout=DEADLINE)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def expire_sessions(self) -> None:
        self.sql("UPDATE sessions SET expires_at = ?", _instant(LONG_AGO))

    def close_throttles(self) -> None:
        until = _instant(datetime.now(UTC) + HOUR)
        self.sql(f"UPDATE throttles SET closed_until = ? WHERE {PAIRS}", until)  # noqa: S608

    def open_throttles(self) -> None:
        self.sql("UPDATE throttles SET closed_until = ?", _instant(LONG_AGO))

    def waits(self) -> list[float]:
        rows = self.sql(f"SELECT closed_until, forgotten_at FROM throttles WHERE {PAIRS}")  # noqa: S608
        moments = [[datetime.fromisoformat(str(each)) for each in row] for row in rows]
        return sorted((closed - (gone - HOUR)).total_seconds() for closed, gone in moments)

    def session_names(self) -> list[str]:
        return [str(digest) for (digest,) in self.sql("SELECT digest FROM sessions")]

    def stored(self) -> bytes:
        files = self.file.parent.glob(f"{self.file.name}*")
        return b"".join(each.read_bytes() for each in files)


@dataclass
class PostgresBacking:
    """A database on the server; the queue is in it, too."""

    servers: Servers
    database: str
    template: Callable[[], str]

    @property
    def url(self) -> str:
        return f"postgresql://mosaic@127.0.0.1:{self.servers.postgres.port}/{self.database}"

    def config(self) -> dict[str, object]:
        return {
            "tier": "standalone",
            "storage": {"type": "postgres", "url": self.url, "enableVector": False},
            "queue": {"type": "database"},
            "memory": {"type": "keyword"},
        }

    def environment(self) -> dict[str, str]:
        return {"MOSAIC_DATABASE_PASSWORD": PASSWORD}

    def make(self) -> None:
        pass

    def fill(self) -> None:
        self.servers.drop_database(self.database)
        self.database = self.servers.new_database(self.template())

    def sql(self, statement: str, *values: object) -> Rows:
        password = quote(PASSWORD, safe="")
        url = self.url.replace("mosaic@", f"mosaic:{password}@")
        with psycopg.connect(url) as connection:
            cursor = connection.execute(statement.replace("?", "%s").encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def expire_sessions(self) -> None:
        self.sql("UPDATE sessions SET expires_at = ?", LONG_AGO)

    def close_throttles(self) -> None:
        self.sql(f"UPDATE throttles SET closed_until = ? WHERE {PAIRS}", datetime.now(UTC) + HOUR)  # noqa: S608

    def open_throttles(self) -> None:
        self.sql("UPDATE throttles SET closed_until = ?", LONG_AGO)

    def waits(self) -> list[float]:
        length = "closed_until - (forgotten_at - interval '1 hour')"
        rows = self.sql(f"SELECT extract(epoch FROM {length}) FROM throttles WHERE {PAIRS}")  # noqa: S608
        return sorted(float(str(length)) for (length,) in rows)

    def session_names(self) -> list[str]:
        return [str(digest) for (digest,) in self.sql("SELECT digest FROM sessions")]

    def stored(self) -> bytes:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [name for (name,) in self.sql(tables)]
        texts = (f"SELECT t::text FROM {name} t" for name in names)  # noqa: S608
        return "\n".join(str(row) for text in texts for row in self.sql(text)).encode()


@dataclass
class ValkeyBacking(PostgresBacking):
    """A database on the server, and a numbered one on Valkey."""

    number: int

    @property
    def keys(self) -> "redis.Redis":
        return self.servers.keys(self.number)

    @property
    def valkey_url(self) -> str:
        return f"redis://mosaic@127.0.0.1:{self.servers.valkey.port}/{self.number}"

    def config(self) -> dict[str, object]:
        return {**super().config(), "queue": {"type": "valkey", "url": self.valkey_url}}

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "MOSAIC_VALKEY_PASSWORD": PASSWORD}

    def expire_sessions(self) -> None:
        for name in self._named("mosaic:session:"):
            self.keys.pexpire(name, 1)

    def close_throttles(self) -> None:
        self._close_throttles(datetime.now(UTC) + HOUR)

    def open_throttles(self) -> None:
        self._close_throttles(LONG_AGO)

    def _close_throttles(self, until: datetime) -> None:
        for name in self._pairs():
            self.keys.hset(name, "closed_until", str(int(until.timestamp() * 1000)))

    def waits(self) -> list[float]:
        names = self._pairs()
        ends = [int(self.keys.hget(name, "closed_until") or 0) for name in names]
        attempts = [self.keys.pexpiretime(name) - HOUR // MILLISECOND for name in names]
        waits = [end - attempt for end, attempt in zip(ends, attempts, strict=True)]
        # The key's own time is taken some moments after that of the attempt.
        return sorted(float(round(wait / 1000, 1)) for wait in waits)

    def session_names(self) -> list[str]:
        return [name.rpartition(":")[2] for name in self._named("mosaic:session:")]

    def stored(self) -> bytes:
        dumps = [name.encode() + bytes(self.keys.dump(name) or b"") for name in self._named("")]
        return b"\n".join([super().stored(), *dumps])

    def _pairs(self) -> list[str]:
        names = self._named("mosaic:throttle:")
        return [name for name in names if NOBODY not in name and not name.endswith(":anywhere")]

    def _named(self, prefix: str) -> list[str]:
        names = self.keys.scan_iter(match=f"{prefix}*", count=1000)
        return [name.decode() if isinstance(name, bytes) else name for name in names]


def _instant(moment: datetime) -> str:
    """As SQLite keeps it: in UTC, without a zone."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
