"""A gateway shared by the tests that leave it usable, and homes for those that do not."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.gateway.process import Home, client_of, running


@dataclass(frozen=True)
class SetUpGateway:
    """A running gateway whose administrator is Ada, and her token."""

    home: Home
    token: str


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home in which nothing has been started yet."""
    with running(Home(tmp_path)) as home:
        yield home


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest version, to copy: migrating takes as long as starting."""
    home = Home(tmp_path_factory.mktemp("migrated"))
    assert home.run("migrate").returncode == 0
    return home.database


@pytest.fixture
def fresh(home: Home, migrated: Path) -> Home:
    """A running gateway without a user."""
    shutil.copyfile(migrated, home.database)
    home.start()
    return home


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SetUpGateway]:
    with running(Home(tmp_path_factory.mktemp("gateway"))) as home:
        home.start()
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
