"""Two gateways on a Swarm of one manager and one worker: they come, stay and go."""

import sys

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.program import eventually
from tests.e2e.second_engine import ASK, LOADED
from tests.e2e.stack import Stack
from tests.e2e.swarm import (
    ON_SWARM,
    containers_made,
    docker,
    left,
    moment,
    permits,
    tasks_of,
    versions,
)
from tests.e2e.swarm_nodes import MANAGER, join
from tests.engine.engine import run

pytestmark = pytest.mark.install

WORKER = "10.99.0.2"
BOTH = {**ON_SWARM, "MOSAIC_GATEWAY_REPLICAS": "2"}
LABELS = "--format={{len .Spec.Labels}}"


@pytest.fixture
def network(network: Network, built_image: str) -> Network:
    """The gateway's image is on both machines."""
    network.engines[1].load((built_image,))
    return network


@pytest.fixture
def stack(first_stack: Stack) -> Stack:
    return first_stack


def test_it_comes_stays_and_goes_on_two_nodes(stack: Stack, network: Network) -> None:
    stack.install("--yes", code=4, **ON_SWARM).says("swarm-is-managed-here", "cluster init")
    assert "a Swarm of one node" in stack.run("cluster", "init", "--address", MANAGER).said
    assert "manages a Swarm already" in stack.run("cluster", "init").said
    docker("service", "create", "--quiet", "--detach", "--replicas=0", "--name=other", LOADED[0])
    refused = stack.install("--yes", code=4, MOSAIC_GATEWAY_RUNTIME="swarm")
    refused.says("swarm-port-may-be-open", "gateway.bind=0.0.0.0")
    assert "now a worker" in join(stack, network.engines[1]).said

    stack.install("--yes", **BOTH)
    assert stack.site.has_working_token()
    assert permits() == []
    shown = stack.run("cluster", "status").said
    assert all(f"{role}, ready, active; runs" in shown for role in ("(leader)", "worker"))
    assert "gateway: 2 of 2 running on node" in shown
    check_that_nothing_is_done(stack)
    assert "a@example.org" in stack.run("admin", "list").said
    assert "listening on" in stack.run("gateway", "logs").said

    stack.run("cluster", "drain", "node2")
    assert "gateway: 1 of 2 running" in stack.run("cluster", "status", code=6).said
    assert stack.site.has_working_token()
    stack.run("cluster", "activate", "node2")
    eventually(lambda: answers(stack, network) or None, "the gateway on node2 is back")

    stack.run("uninstall", "--purge", "--yes")
    assert docker("service", "ls", "--format={{.Name}}") == "other"
    assert left() == ""
    assert docker("node", "inspect", "node1", "node2", LABELS).split() == ["0", "0"]


def check_that_nothing_is_done(stack: Stack) -> None:
    """Install again, and look for what is broken: nothing is written, and nothing begins."""
    tasks = tasks_of(stack)
    assert len(tasks) == 4
    before, since = (stack.site.snapshot(), versions()), moment()
    done = stack.run("install", "--yes", PYTHONPROFILEIMPORTTIME="1")
    assert "Already up to date" in done.said
    assert "mosaic_installer.machine.engine.reader" in done.said
    assert "docker.api" not in done.said  # Docker's SDK takes longer to import than all the rest
    assert "Nothing is broken" in stack.run("doctor").said
    assert (stack.site.snapshot(), versions()) == before
    assert containers_made(since) == ""
    assert tasks_of(stack) == tasks


def answers(stack: Stack, network: Network) -> bool:
    """Return whether the gateway on the second machine answers with the token of the first."""
    url = f"http://{WORKER}:{stack.site.port}/api/admin/tokens"
    words = (*network.engines[0].within, sys.executable, "-I", "-c", ASK, url)
    return run(*words, stdin=stack.site.token(), code=None).stdout == "200\n"
