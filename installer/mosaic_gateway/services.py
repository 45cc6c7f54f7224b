"""Everything a request works with, put together once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass

from mosaic_gateway.passwords import Passwords
from mosaic_gateway.probes import Database, Probe, Vectors
from mosaic_gateway.sessions import Sessions
from mosaic_gateway.settings import ServeSettings
from mosaic_gateway.storage.engine import Storage
from mosaic_gateway.stores import Stores, open_stores
from mosaic_gateway.throttle import Throttle
from mosaic_gateway.tier_config import PostgresStorage, TierConfig


@dataclass(frozen=True)
class Services:
    """The parts of a running gateway; each is safe to use from any thread."""

    storage: Storage
    passwords: Passwords
    sessions: Sessions
    throttle: Throttle
    probes: Mapping[str, Probe]
    trusted_origins: frozenset[str]


def make_services(storage: Storage, config: TierConfig, settings: ServeSettings) -> Services:
    """The parts, kept where the configuration says; raises QueueError."""
    stores = open_stores(storage, config.valkey, settings.patience)
    return Services(
        storage=storage,
        passwords=Passwords(),
        sessions=Sessions(stores.sessions, settings.session_secret),
        throttle=stores.throttle,
        probes=_probes(storage, stores, config),
        trusted_origins=settings.trusted_origins,
    )


def _probes(storage: Storage, stores: Stores, config: TierConfig) -> dict[str, Probe]:
    probes: dict[str, Probe] = {"database": Database(storage), "queue": stores.queue}
    if isinstance(config.storage, PostgresStorage) and config.storage.enable_vector:
        probes["vector"] = Vectors(storage)
    if config.authority is not None:
        from mosaic_gateway.authority import Authority

        probes["certificate_authority"] = Authority(config.authority)
    return probes
