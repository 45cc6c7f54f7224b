"""Places to install at, and what has been installed there; every gateway ends with its test."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.e2e.program import Site
from tests.e2e.recovering import LABEL, api
from tests.e2e.second_engine import InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.engine.engine import BASE_IMAGE
from tests.gateway.servers import Servers, running_servers
from tests.ports import reserve_port

LOADED = (BASE_IMAGE, "pgvector/pgvector:pg17", "valkey/valkey:8-alpine")


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


@pytest.fixture
def installed(site: Site) -> Site:
    """An installation of the test's own, to do with what it likes."""
    site.install("--yes")
    return site


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


@pytest.fixture(scope="module")
def shared_stack(
    tmp_path_factory: pytest.TempPathFactory, missing_for_engine: str, gateway_image: None
) -> Iterator[Stack]:
    """One standalone installation for all tests of a file; they only look at it."""
    with (
        _site(tmp_path_factory.mktemp("shared")) as site,
        _stack(site, missing_for_engine) as place,
    ):
        place.install("--yes")
        yield place


@pytest.fixture
def broken_stack(shared_stack: Stack) -> Stack:
    """The standalone installation of a file's tests: each breaks it, and sees it repaired."""
    if shared_stack.run("install", "--check", code=(0, *range(1, 10))).code:
        shared_stack.clear()
        shutil.rmtree(shared_stack.site.home, ignore_errors=True)
        shared_stack.install("--yes")
    return shared_stack


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One installation for all tests of a file; they only look at it."""
    with _site(tmp_path_factory.mktemp("shared")) as place:
        place.install("--yes")
        yield place


@pytest.fixture(scope="module")
def servers(missing_for_engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A PostgreSQL and a Valkey of the user's own, for all tests of a file."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    with running_servers(tmp_path_factory.mktemp("servers")) as found:
        yield found


@pytest.fixture(scope="session")
def second_engine(
    missing_for_engine: str, gateway_image: None, built_image: str
) -> Iterator[SecondEngine]:
    """An engine beside the first, with what an installation needs; tests go through `far_stack`."""
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
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
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
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
