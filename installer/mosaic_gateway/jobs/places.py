"""Where huey keeps the queue, and with which signature: a file, Valkey, or this process alone.

What is in a queue is pickled, so it is read only with the signature of a key that strangers
lack, whoever can write to the file or to Valkey.
"""

import hashlib
import hmac
import logging
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from huey import Huey  # type: ignore[import-untyped] # it has no types
from huey.serializer import SignedSerializer  # type: ignore[import-untyped]
from huey.storage import (  # type: ignore[import-untyped]
    BaseStorage,
    MemoryStorage,
    RedisStorage,
    SqliteStorage,
)

if TYPE_CHECKING:
    from mosaic_gateway.valkey.server import Valkey

PREFIX = "mosaic:jobs:"
"""What an access list has to allow: `mosaic:*`."""
PRIVATE = 0o600
CACHE_MEGABYTES = 1

Place: TypeAlias = "Path | Valkey | None"
"""A file of this gateway's, a server that gateways share, or this process alone."""

_LOG = logging.getLogger("mosaic_gateway.jobs")


def open_huey(place: Place, secret: str) -> Any:
    """Open the queue there; one in a file that cannot be used is kept in memory instead."""
    key = hmac.new(secret.encode(), b"mosaic_gateway.jobs", hashlib.sha256).hexdigest()
    serializer = SignedSerializer(secret=key, salt="mosaic_gateway.jobs")
    match place:
        case Path():
            storage = _in_file(place)
        case None:
            storage = MemoryStorage()
        case _:
            storage = _OnValkey(place)
    return _Opened(storage, serializer)


class _Opened(Huey):  # type: ignore[misc]
    """On a storage that is open already."""

    def __init__(self, storage: BaseStorage, serializer: SignedSerializer) -> None:
        self._opened = storage
        super().__init__("mosaic", results=False, serializer=serializer)

    def create_storage(self) -> Any:
        return self._opened


class _OnValkey(RedisStorage):  # type: ignore[misc]
    """Under names of ours, and asked now and then: who waits there could not be stopped at once."""

    def __init__(self, valkey: "Valkey") -> None:
        super().__init__(blocking=False, connection_pool=valkey.pool)
        self.queue_key = f"{PREFIX}queue"
        self.schedule_key = f"{PREFIX}schedule"
        self.result_key = f"{PREFIX}results"
        self.counter_key = f"{PREFIX}counters"


def _in_file(path: Path) -> Any:
    try:
        try:
            return _opened_file(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Damaged, or something else: nothing is in it that is not in the database as well.
            _LOG.warning("%s: cannot be read; begun anew", path)
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            return _opened_file(path)
    except (OSError, sqlite3.Error) as error:
        _LOG.warning("%s: cannot be used (%s); jobs wait in memory", path, error)
        return MemoryStorage()


def _opened_file(path: Path) -> Any:
    # Closed to others from the first byte on, and never what a link leads to.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE))
    # Nothing is lost with it, so nothing of it is forced to the disk.
    storage = SqliteStorage("mosaic", str(path), cache_mb=CACHE_MEGABYTES, fsync=False)
    try:
        storage.queue_size()
    except BaseException:
        with suppress(sqlite3.Error):
            storage.close()
        raise
    return storage
