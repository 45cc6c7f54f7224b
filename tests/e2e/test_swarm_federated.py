"""Tier federated on two nodes: Valkey and step-ca begin on the other one, and are moved."""

import tomllib
from pathlib import Path

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.move_killer import spoiled_move
from tests.e2e.program import eventually
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.e2e.swarm_nodes import bring_gateway
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

QUEUE, AUTHORITY = "valkey/valkey:8-alpine", "smallstep/step-ca:0.30.2"


@pytest.fixture
def stack(joined_stack: Stack) -> Stack:
    return joined_stack


def test_the_queue_and_the_authority_begin_elsewhere_and_move(
    network: Network, stack: Stack, tmp_path: Path
) -> None:
    one, two = network.engines
    for engine, images in ((one, (AUTHORITY,)), (two, (AUTHORITY, QUEUE))):
        engine.load(images)
    stack.run("cluster", "place", "step-ca", "node2")
    stack.run("cluster", "place", "valkey", "node2")
    stack.install("--yes", MOSAIC_STORAGE_TIER="federated", **ON_SWARM)
    bring_gateway(one, two)
    pinned = stack.site.config / "gateway/secrets/authority-fingerprint"
    root = pinned.read_text()
    assert ask_queue(stack, two, "set", "mosaic:harbour", "Trieste") == "OK"

    for service in ("valkey", "step-ca"):
        stack.run("cluster", "move", service, "node1", "--yes")
    assert ask_queue(stack, one, "get", "mosaic:harbour") == "Trieste"
    assert ask_queue(stack, one, "set", "mosaic:harbour", "Venice") == "OK"
    stack.run("cluster", "move", "valkey", "node2", "--old-data", "--yes")
    assert ask_queue(stack, two, "get", "mosaic:harbour") == "Trieste"
    refused = stack.run("cluster", "move", "step-ca", "node2", "--yes", code=1)
    run(*two.within, "sh", "-euc", refused.said.split("`")[1])
    failed = spoiled_move(stack, tmp_path, "step-ca", two, QUEUE, "chmod 0 /volume/db")
    failed.says("step-ca was not moved, and stays on node1", "ermission denied")

    stack.run("gateway", "restart")  # so that it asks for the root anew
    shown = stack.run("cluster", "status").stdout
    assert "step-ca: 1 of 1 running on node1" in shown
    assert "valkey: 1 of 1 running on node2" in shown
    assert stack.site.has_working_token()
    assert "Nothing is broken" in stack.run("doctor").said
    assert pinned.read_text() == root
    check_loss_for_good(network, stack)


def check_loss_for_good(network: Network, stack: Stack) -> None:
    """Lose the node that Valkey is on: what a move has left on the other is all there is."""
    one, two = network.engines
    two.kill()
    state = ("node", "inspect", "node2", "--format={{.Status.State}}")
    eventually(lambda: docker(one, *state) == "down" or None, "node2 is down")
    refused = stack.run("cluster", "move", "valkey", "node1", "--old-data", "--yes", code=1)
    refused.says("node2 is lost", "docker node rm --force node2")
    docker(one, "node", "rm", "--force", "node2")
    stack.run("cluster", "move", "valkey", "node1", "--old-data", "--yes")
    assert ask_queue(stack, one, "get", "mosaic:harbour") == "Venice"


def ask_queue(stack: Stack, engine: SecondEngine, *words: str) -> str:
    """Ask Valkey on its node, as the gateway would."""
    label = f"label=com.docker.swarm.service.name={stack.project}_valkey"
    container = docker(engine, "ps", "--quiet", f"--filter={label}", "--filter=status=running")
    secrets = tomllib.loads((stack.site.config / "secrets.toml").read_text())
    login = ("--no-auth-warning", "--user", "mosaic", "--pass", secrets["valkey_password"])
    return docker(engine, "exec", container, "valkey-cli", *login, *words)


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
