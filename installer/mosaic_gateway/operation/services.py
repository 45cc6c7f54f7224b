"""Puts the parts of a running gateway together, once at the start."""

from pathlib import Path

from mosaic_gateway.accounts.acceptance import Acceptance
from mosaic_gateway.accounts.browsers import Browsers
from mosaic_gateway.accounts.passwords import Passwords
from mosaic_gateway.accounts.sessions import Sessions
from mosaic_gateway.accounts.setup import Setup
from mosaic_gateway.accounts.sign_in import SignIn
from mosaic_gateway.configuration.settings import ServeSettings
from mosaic_gateway.configuration.tier_config import PostgresStorage, SqliteStorage, TierConfig
from mosaic_gateway.http.readiness import Probe, Readiness
from mosaic_gateway.http.services import Services
from mosaic_gateway.jobs.job import Parts
from mosaic_gateway.jobs.jobs import Jobs
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.memory.source import Source
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.prices import Prices
from mosaic_gateway.operation.probes import Database, Vectors
from mosaic_gateway.operation.stores import Stores, open_stores
from mosaic_gateway.routing.decision import Routes
from mosaic_gateway.storage.nearest import Space
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.tracing import Tracing
from mosaic_gateway.turns.turns import Turns
from mosaic_gateway.usage.embedding import Embedder
from mosaic_gateway.usage.limits import Limits
from mosaic_gateway.usage.meter import Meter

JOBS_FILE = "jobs.db"


def make_services(
    storage: Storage,
    config: TierConfig,
    settings: ServeSettings,
    routes: Routes,
    tracing: Tracing,
) -> Services:
    """The parts, kept where the configuration says; raises QueueError and StorageError."""
    stores = open_stores(storage, config.valkey, settings.patience)
    passwords = Passwords()
    runner = settings.runner
    limits = Limits(config.monthly_limit)
    meter = Meter(limits, runner, Prices(routes.providers.values()))
    models = Models(list(routes.providers.values()), tracing=tracing)
    embedder = Embedder(storage, models, meter, config.embeddings)
    meaning = Meaning(storage, _source(storage, config, embedder))
    sessions = Sessions(storage, stores.sessions, settings.session_secret)
    return Services(
        storage=storage,
        sessions=sessions,
        sign_in=SignIn(
            storage,
            passwords,
            sessions,
            Browsers(settings.session_secret),
            stores.throttle,
            settings.hidden_clients,
        ),
        setup=Setup(storage, passwords, settings.setup_secret),
        acceptance=Acceptance(storage, passwords, stores.throttle, settings.hidden_clients),
        readiness=Readiness(_probes(storage, stores, config)),
        turns=Turns(models, routes, storage, meter, meaning),
        meaning=meaning,
        embedder=embedder,
        limits=limits,
        jobs=Jobs(
            Parts(storage, models, meaning, runner),
            settings.session_secret,
            stores.valkey or _file_of_jobs(config),
        ),
        trusted_origins=settings.trusted_origins,
        trusted_proxies=settings.trusted_proxies,
    )


def _file_of_jobs(config: TierConfig) -> Path | None:
    """Beside the database where that is a file; else jobs wait in memory, if not on Valkey."""
    if isinstance(config.storage, SqliteStorage):
        return config.storage.path.with_name(JOBS_FILE)
    return None


def _source(storage: Storage, config: TierConfig, embedder: Embedder) -> Source | None:
    """Who makes vectors of memories, if anybody does; the place for them is made."""
    if config.embeddings is None or embedder.usual is None:
        return None
    dimensions = config.embeddings.dimensions
    is_indexed = isinstance(config.storage, PostgresStorage) and config.storage.enable_vector
    if is_indexed:
        from mosaic_gateway.storage.vector import index_vectors

        index_vectors(storage, dimensions)
    return Source(Space(embedder.usual.name, dimensions, is_indexed), embedder.vectors)


def _probes(storage: Storage, stores: Stores, config: TierConfig) -> dict[str, Probe]:
    probes: dict[str, Probe] = {"database": Database(storage), "queue": stores.queue}
    if isinstance(config.storage, PostgresStorage) and config.storage.enable_vector:
        probes["vector"] = Vectors(storage)
    if config.authority is not None:
        from mosaic_gateway.operation.authority import Authority

        probes["certificate_authority"] = Authority(config.authority)
    return probes
