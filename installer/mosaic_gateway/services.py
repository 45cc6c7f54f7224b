"""Everything a request works with, put together once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass

from mosaic_gateway.passwords import Passwords
from mosaic_gateway.probes import Database, DatabaseQueue, Probe
from mosaic_gateway.sessions import DatabaseSessionStore, Sessions
from mosaic_gateway.settings import ServeSettings
from mosaic_gateway.storage.engine import Storage
from mosaic_gateway.throttle import DatabaseThrottle, Throttle


@dataclass(frozen=True)
class Services:
    """The parts of a running gateway; each is safe to use from any thread."""

    storage: Storage
    passwords: Passwords
    sessions: Sessions
    throttle: Throttle
    probes: Mapping[str, Probe]
    trusted_origins: frozenset[str]


def make_services(storage: Storage, settings: ServeSettings) -> Services:
    """The parts for a gateway that keeps everything in its database."""
    return Services(
        storage=storage,
        passwords=Passwords(),
        sessions=Sessions(DatabaseSessionStore(storage), settings.session_secret),
        throttle=DatabaseThrottle(storage),
        probes={"database": Database(storage), "queue": DatabaseQueue(storage)},
        trusted_origins=settings.trusted_origins,
    )
