"""A gateway shared by the tests that leave it usable, and homes for those that do not.

Each on SQLite; a file of tests that is marked `ON_ALL` or `ON_BOTH` also on the servers.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.engine.engine import missing
from tests.gateway.backings import PostgresBacking, SqliteBacking, ValkeyBacking
from tests.gateway.process import PAGE, Home, client_of, running
from tests.gateway.servers import Servers, running_servers

from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.tier_config import TierConfig, read_tier_config
from mosaic_gateway.operation.stores import Stores, open_stores
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage

NewHome = Callable[[Path], AbstractContextManager[Home]]


@dataclass(frozen=True)
class SetUpGateway:
    """A running gateway whose administrator is Ada, and her token."""

    home: Home
    token: str


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """One PostgreSQL and one Valkey for all tests of this process."""
    if absent := missing():
        pytest.skip(f"{absent} is missing; `scripts/test-engine` sets up Debian 12")
    with running_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """What the gateway keeps its things in: `sqlite`, `postgres`, or `valkey` beside it."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def new_home(kind: str, request: pytest.FixtureRequest, template: str) -> NewHome:
    """Makes homes in which nothing has been started yet."""
    if kind == "sqlite":
        return lambda folder: running(
            Home(folder, SqliteBacking(folder / "mosaic.db", lambda: Path(template)))
        )
    return server_homes(request.getfixturevalue("servers"), kind, template)


@pytest.fixture(scope="session")
def template(
    kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """A database at the newest version, to copy: migrating takes as long as starting."""
    folder = tmp_path_factory.mktemp("migrated")
    if kind == "sqlite":
        file = SqliteBacking(folder / "mosaic.db", lambda: folder)
        assert Home(folder, file).run("migrate").returncode == 0
        return str(file.file)
    servers = request.getfixturevalue("servers")
    database = PostgresBacking(servers, servers.new_database(), lambda: "")
    result = Home(folder, database).run("migrate")
    assert result.returncode == 0, result.stderr
    return database.database


def server_homes(servers: Servers, kind: str, template: str) -> NewHome:
    @contextmanager
    def new_home(folder: Path) -> Iterator[Home]:
        name = servers.new_database()
        backing = PostgresBacking(servers, name, lambda: template)
        if kind == "valkey":
            number = next(servers.numbers)
            backing = ValkeyBacking(servers, name, lambda: template, number)
        try:
            with running(Home(folder, backing)) as home:
                yield home
        finally:
            servers.drop_database(backing.database)

    return new_home


@pytest.fixture
def home(tmp_path: Path, new_home: NewHome) -> Iterator[Home]:
    """A home in which nothing has been started yet."""
    with new_home(tmp_path) as home:
        yield home


@pytest.fixture
def fresh(home: Home) -> Home:
    """A running gateway without a user."""
    home.fill()
    home.start()
    return home


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[SetUpGateway]:
    with new_home(tmp_path_factory.mktemp("gateway")) as home:
        home.start({"MOSAIC_CORS_ORIGIN": PAGE})
        yield SetUpGateway(home, home.set_up())


@pytest.fixture
def admin(gateway: SetUpGateway) -> Iterator[httpx.Client]:
    """Speaks to the shared gateway with the administrator's token."""
    with client_of(gateway.home, gateway.token) as client:
        yield client


@pytest.fixture
def anyone(gateway: SetUpGateway) -> Iterator[httpx.Client]:
    """Speaks to the shared gateway without credentials."""
    with client_of(gateway.home) as client:
        yield client


@pytest.fixture
def config(home: Home) -> TierConfig:
    home.fill()
    environment = Environment(home.backing.environment(), None)
    return read_tier_config(home.config, lambda: environment)


@pytest.fixture
def storage(config: TierConfig) -> Iterator[Storage]:
    storage = open_storage(config.storage, create=False)
    yield storage
    storage.close()


@pytest.fixture
def stores(storage: Storage, config: TierConfig) -> Stores:
    return open_stores(storage, config.valkey)
