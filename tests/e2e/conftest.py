"""Places to install at, and what has been installed there; every gateway ends with its test."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.e2e.original import Original
from tests.e2e.program import Site
from tests.e2e.recovering import LABEL, api
from tests.e2e.second_engine import LOADED, InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.standing import Standing
from tests.e2e.swarm_nodes import (
    empty_network,
    first_stack,
    joined_stack,
    network,
    node_count,
    swarm_engine,
    swarm_stack,
)
from tests.gateway.servers import Servers, running_servers
from tests.ports import reserve_port

__all__ = (
    "empty_network",
    "first_stack",
    "joined_stack",
    "network",
    "node_count",
    "swarm_engine",
    "swarm_stack",
)
"""Fixtures that have a file of their own."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Nothing is installed here yet."""
    with _site(tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Nothing is installed here yet; for one installation, for all tests of a file."""
    with _site(tmp_path_factory.mktemp("new")) as place:
        yield place


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    """The installation of this worker; tests go through `installed`, `stopped` and `used`."""
    folder = tmp_path_factory.mktemp("original")
    place = folder / "place"
    place.mkdir()
    with _site(place) as site:
        yield Original.made(site, folder / "copy")


@pytest.fixture
def stopped(original: Original) -> Iterator[Site]:
    """An installation whose gateway does not run, for the test to do with what it likes."""
    original.put_back()
    try:
        yield original.site
    finally:
        original.site.end()


@pytest.fixture
def installed(original: Original, stopped: Site) -> Site:
    """An installation for the test to do with what it likes."""
    original.start()
    return stopped


@pytest.fixture
def used(installed: Site) -> Site:
    """An installation that somebody uses: there is a row that must not be lost."""
    api(installed, "POST", json={"label": LABEL})
    return installed


@pytest.fixture
def stack(site: Site, missing_for_engine: str, gateway_image: None) -> Iterator[Stack]:
    """A place for an installation with containers; all of them go with the test."""
    with _stack(site, missing_for_engine) as place:
        yield place


@pytest.fixture(scope="module")
def new_stack(
    tmp_path_factory: pytest.TempPathFactory, missing_for_engine: str, gateway_image: None
) -> Iterator[Stack]:
    """A place for one installation with containers, for all tests of a file."""
    with _site(tmp_path_factory.mktemp("new")) as site, _stack(site, missing_for_engine) as place:
        yield place


@pytest.fixture(scope="module")
def ca_port() -> Iterator[int]:
    """The port of a certificate authority, for all tests of a file."""
    with ExitStack() as reserved:
        yield reserve_port(reserved)


@pytest.fixture(scope="session")
def standing_standalone(
    tmp_path_factory: pytest.TempPathFactory, gateway_image: None
) -> Iterator[Standing]:
    """A standalone installation for tests of several files; they go through the next two."""
    place = Standing(tmp_path_factory.mktemp("standing"), {})
    yield place
    place.end()


@pytest.fixture
def shared_stack(standing_standalone: Standing) -> Stack:
    """A standalone installation; the test only looks at it."""
    return standing_standalone.sound()


@pytest.fixture
def broken_stack(standing_standalone: Standing) -> Stack:
    """The same; the test breaks it, and sees it repaired, or leaves it so."""
    return standing_standalone.to_break()


@pytest.fixture(scope="session")
def federated_port() -> Iterator[int]:
    """The port of the certificate authority of the federated installation."""
    with ExitStack() as reserved:
        yield reserve_port(reserved)


@pytest.fixture(scope="session")
def standing_federated(
    tmp_path_factory: pytest.TempPathFactory, gateway_image: None, federated_port: int
) -> Iterator[Standing]:
    """A federated installation for tests of several files; they go through the next two."""
    tier = {"MOSAIC_STORAGE_TIER": "federated", "MOSAIC_STEP_CA_PORT": str(federated_port)}
    place = Standing(tmp_path_factory.mktemp("standing"), tier)
    yield place
    place.end()


@pytest.fixture
def federated(standing_federated: Standing) -> Stack:
    """A federated installation; the test only looks at it."""
    return standing_federated.sound()


@pytest.fixture
def broken_federated(standing_federated: Standing) -> Stack:
    """The same; the test breaks it, and sees it repaired, or leaves it so."""
    return standing_federated.to_break()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End an installation that tests have in common, when the next test is none of them."""
    follows = getattr(nextitem, "fixturenames", ())
    for name, place in getattr(item, "funcargs", {}).items():
        if isinstance(place, Standing) and name not in follows:
            place.end()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all tests of a file; they only look at it."""
    with _site(tmp_path_factory.mktemp("shared")) as place:
        place.install("--yes")
        yield place


@pytest.fixture(scope="module")
def servers(missing_for_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A PostgreSQL and a Valkey of the user's own, for all tests of a file."""
    _skip_without_engine(missing_for_engine)
    with running_servers(tmp_path_factory.mktemp("servers")) as found:
        yield found


@pytest.fixture(scope="session")
def second_engine(
    missing_for_engine: str, gateway_image: None, built_image: str
) -> Iterator[SecondEngine]:
    """An engine beside the first, with what an installation needs; tests go through `far_stack`."""
    _skip_without_engine(missing_for_engine)
    with SecondEngine.opened() as engine:
        engine.load((*LOADED, built_image))
        yield engine


@pytest.fixture
def far_stack(
    tmp_path: Path, second_engine: SecondEngine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """A place for an installation on the second engine, which the test may break."""
    monkeypatch.setenv("DOCKER_HOST", second_engine.address)
    with _site(tmp_path) as near:
        place = Stack(
            site=InnerSite(
                home=near.home, user=near.user, port=near.port, within=second_engine.within
            )
        )
        try:
            yield place
        finally:
            second_engine.mend()
            place.clear()


@contextmanager
def _stack(site: Site, missing_for_engine: str) -> Iterator[Stack]:
    _skip_without_engine(missing_for_engine)
    place = Stack(site=site)
    try:
        yield place
    finally:
        place.clear()


@contextmanager
def _site(folder: Path) -> Iterator[Site]:
    user = folder / "user"
    user.mkdir()
    with ExitStack() as reserved:
        place = Site(home=folder / "m", user=user, port=reserve_port(reserved))
        try:
            yield place
        finally:
            place.end()


def _skip_without_engine(missing: str) -> None:
    if missing:
        pytest.skip(f"{missing} is missing; `scripts/test-engine` sets up Debian 12")
