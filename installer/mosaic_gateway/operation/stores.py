"""What is kept outside the tables of accounts: sessions, the throttle's counts, the queue.

On the database, or on Valkey where the configuration names one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mosaic_gateway.accounts.sessions import DatabaseSessionStore, SessionStore
from mosaic_gateway.accounts.throttle import DatabaseThrottle, Throttle
from mosaic_gateway.configuration.server_url import ServerUrl
from mosaic_gateway.http.readiness import Probe
from mosaic_gateway.operation.probes import DatabaseQueue
from mosaic_gateway.storage.pool import Storage

if TYPE_CHECKING:
    from mosaic_gateway.valkey.server import Valkey


@dataclass(frozen=True)
class Stores:
    """Where things are kept, and how to see whether that works; `valkey` where there is one."""

    sessions: SessionStore
    throttle: Throttle
    queue: Probe
    valkey: "Valkey | None" = None


def open_stores(storage: Storage, valkey: ServerUrl | None, patience: float = 0) -> Stores:
    """Open what the configuration names, waiting up to `patience` seconds; raises QueueError."""
    if valkey is None:
        return Stores(
            DatabaseSessionStore(storage), DatabaseThrottle(storage), DatabaseQueue(storage)
        )
    from mosaic_gateway.valkey.server import open_valkey
    from mosaic_gateway.valkey.sessions import ValkeySessionStore
    from mosaic_gateway.valkey.throttle import ValkeyThrottle

    server = open_valkey(valkey, patience)
    return Stores(ValkeySessionStore(server), ValkeyThrottle(server), server, server)
