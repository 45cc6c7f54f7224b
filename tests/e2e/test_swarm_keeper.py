"""An installation belongs to the machine that made it: others leave it alone till that is lost."""

import json

import pytest
from tests.e2e.engine_losses import stop
from tests.e2e.engine_network import Network
from tests.e2e.program import eventually
from tests.e2e.second_engine import LOADED, InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM, versions
from tests.e2e.swarm_nodes import MANAGER, bring_gateway, join, same_place_on
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

WHOSE = "on this Swarm were installed from {}, which has their settings"


@pytest.fixture
def node_count() -> int:
    return 3


@pytest.fixture
def stack(network: Network, first_stack: Stack, built_image: str) -> Stack:
    """An installation on the first of three managers, with its data on the second."""
    first_stack.run("cluster", "init", "--address", MANAGER)
    for other in network.engines[1:]:
        join(first_stack, other, "--manager")
    network.engines[1].load((*LOADED, built_image))
    for service in ("postgres", "valkey"):
        first_stack.run("cluster", "place", service, "node2")
    first_stack.install("--yes", **ON_SWARM)
    bring_gateway(*network.engines[:2])
    return first_stack


def test_another_manager_goes_on_only_once_the_machine_with_the_settings_is_lost(
    network: Network, stack: Stack
) -> None:
    one, two, _three = network.engines
    other, token = same_place_on(two, stack.site), stack.site.token()
    check_that_it_is_left_alone(other, "node1")
    assert "Already up to date" in stack.run("install", "--yes").said

    stop(one)
    eventually(lambda: states(two).get("node1") == "down", "the first machine is missed")
    said = other.run("install", "--yes").said
    assert "its password is lost" in said
    new = run(*other.within, "cat", str(other.token_file)).stdout.strip()
    assert new != token
    assert other.status_with(token) == 200, "the database is the same"
    assert other.status_with(new) == 200
    assert "Already up to date" in other.run("install", "--yes").said

    one.start()
    eventually(lambda: states(one).get("node1") == "ready", "the first machine is back")
    stack.run("install", "--yes", code=4).says(WHOSE.format("node2"))
    said = stack.run("uninstall", "--purge", "--yes").said
    assert "node2 has its services and its data, which stay" in said
    assert "Already up to date" in other.run("install", "--yes").said
    other.run("uninstall", "--purge", "--yes")
    assert stack.project not in run(*on(two), "node", "inspect", "node1", "node2").stdout


def check_that_it_is_left_alone(site: InnerSite, keeper: str) -> None:
    """Whatever is typed there says which machine has it, and changes nothing."""
    before, whose = versions(), WHOSE.format(keeper)
    for words in ("status", "doctor", "uninstall --purge --yes", "cluster status", "token show"):
        site.run(*words.split(), code=1).says(whose, f"run this on {keeper}")
    assert f"{whose}; what is shown here are defaults" in site.run("config", "show").stderr
    passing = ("--yes", "--tier", "standalone", "--ignore", "installation-is-no-copy")
    site.install(*passing, code=4, **ON_SWARM).says(whose, "MOSAIC_HOME")
    site.run("cluster", "place", "postgres", "node3", code=1).says(whose)
    assert versions() == before


def on(engine: SecondEngine) -> tuple[str, ...]:
    return ("docker", "--host", engine.address)


def states(engine: SecondEngine) -> dict[str, str]:
    """Return what the Swarm says of each node; nothing while it has no leader."""
    rows = run(*on(engine), "node", "ls", "--format={{json .}}", code=None).stdout.splitlines()
    nodes = [json.loads(row) for row in rows]
    return {row["Hostname"]: str(row["Status"]).lower() for row in nodes}
