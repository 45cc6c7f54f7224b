"""Machines in one network that become nodes of a Swarm, and a place for an installation there."""

import itertools
from collections.abc import Iterator

import pytest
from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.engine_network import Network, engine_network
from tests.e2e.program import Done, Site
from tests.e2e.second_engine import LOADED, InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.engine.engine import run

MANAGER = "10.99.0.1"
FOLDERS = itertools.count()


def skip_without_swarm(missing_for_engine: str) -> None:
    """Skip the test where no engine can be in a Swarm."""
    lacking = missing_for_engine or missing_of(SWARM)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")


def site_on(engine: SecondEngine, port: int = 1) -> InnerSite:
    """Return the place of a machine's user, who has one folder there."""
    folder = engine.folder / "u"
    if not folder.exists():
        engine.new_folder(folder.name)
    return InnerSite(home=folder / "m", user=folder, port=port, within=engine.within)


def same_place_on(engine: SecondEngine, site: Site) -> InnerSite:
    """Return a place of the same path as another machine's, which has other files there."""
    folder = str(site.home.parent)
    hides = f"mkdir -p {folder} && mount -t tmpfs -o mode=0777 none {folder}"
    run(*engine.within_as_root, "sh", "-c", hides)
    return InnerSite(home=site.home, user=site.home.parent, port=site.port, within=engine.within)


def join(stack: Stack, engine: SecondEngine, *words: str) -> Done:
    """Let a machine join the Swarm of a place, as it is told there."""
    token = stack.run("cluster", "join-token", *words).stdout.split()[1]
    return site_on(engine).run("cluster", "join", MANAGER, stdin=token)


def bring_gateway(source: SecondEngine, target: SecondEngine) -> None:
    """Bring the gateway's image, which is built on one machine, to another."""
    listed = ("docker", "--host", source.address, "image", "ls")
    names = run(*listed, "--format={{.Repository}}:{{.Tag}}").stdout.split()
    target.load([name for name in names if name.startswith("mosaic-gateway:")], source)


@pytest.fixture(scope="module")
def swarm_engine(
    missing_for_engine: str, gateway_image: None, built_image: str
) -> Iterator[SecondEngine]:
    """An engine that can manage a Swarm, for all tests of a file."""
    skip_without_swarm(missing_for_engine)
    with SecondEngine.opened(SWARM) as opened:
        opened.load((*LOADED, built_image))
        yield opened


@pytest.fixture
def swarm_stack(swarm_engine: SecondEngine, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A place for an installation there, in a Swarm that the test makes and that goes with it."""
    monkeypatch.setenv("DOCKER_HOST", swarm_engine.address)
    folder = swarm_engine.new_folder(f"u{next(FOLDERS)}")
    within = swarm_engine.within
    return Stack(site=InnerSite(home=folder / "m", user=folder, port=site.port, within=within))


@pytest.fixture
def node_count() -> int:
    """How many machines there are; a file or a test may say otherwise."""
    return 2


@pytest.fixture
def empty_network(node_count: int, missing_for_engine: str) -> Iterator[Network]:
    """Machines that reach each other, with empty engines that can be in a Swarm."""
    skip_without_swarm(missing_for_engine)
    with engine_network(node_count) as opened:
        yield opened


@pytest.fixture
def network(gateway_image: None, built_image: str, empty_network: Network) -> Network:
    """The same; the first machine has the images of an installation."""
    empty_network.engines[0].load((*LOADED, built_image))
    return empty_network


@pytest.fixture
def first_stack(network: Network, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A place on the first machine; `docker` means its engine."""
    first = network.engines[0]
    monkeypatch.setenv("DOCKER_HOST", first.address)
    return Stack(site=site_on(first, site.port))


@pytest.fixture
def joined_stack(first_stack: Stack, network: Network) -> Stack:
    """The same in a Swarm that the first machine manages; the others are workers."""
    first_stack.run("cluster", "init", "--address", MANAGER)
    for other in network.engines[1:]:
        join(first_stack, other)
    return first_stack
