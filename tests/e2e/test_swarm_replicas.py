"""Several gateways on a Swarm of three nodes: where they run, and what a change or a loss costs."""

import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.program import eventually
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm_harm import LISTEN
from tests.e2e.swarm_load import Load, answers, asking
from tests.e2e.swarm_nodes import MANAGER, bring_gateway, join
from tests.engine.engine import run
from tests.measured import Tell

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.swarm import node_label
from mosaic_installer.machine.probe.kernel import has_ipvs

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

BOTH: dict[str, Any] = {
    "MOSAIC_GATEWAY_RUNTIME": "swarm",
    "MOSAIC_GATEWAY_BIND": "0.0.0.0",  # noqa: S104
    "MOSAIC_GATEWAY_REPLICAS": "2",
    "MOSAIC_CLUSTER_MONITOR": "0",
}
NODES = {f"node{number}": f"10.99.0.{number}" for number in (1, 2, 3)}
REQUESTS = 10_000
"""How many the updates have to stand together."""
UPDATES = 6
"""How many there are at most until so many were asked."""
SLOWEST = 5.0
"""Seconds within which somebody answers, also while a node is lost."""


@pytest.fixture
def node_count() -> int:
    return len(NODES)


def test_two_gateways_replace_each_other(
    network: Network, first_stack: Stack, measured: Tell
) -> None:
    stack, (one, two, three) = first_stack, network.engines
    stack.run("cluster", "init", "--address", MANAGER)
    stack.install("--yes", code=4, **BOTH).says("swarm-has-enough-nodes", "join-token")
    join(stack, two)
    refused = stack.install("--yes", code=5, **BOTH)
    refused.says("too few nodes have the image", "node2: No such image", "| ssh node2 docker load")
    if has_ipvs() is False:
        meshed = stack.install("--yes", code=4, **BOTH, MOSAIC_GATEWAY_PUBLISH="ingress")
        meshed.says("swarm-mesh-has-ipvs", "no IPVS", "--set gateway.publish=host")
    for engine in network.engines[1:]:
        bring_gateway(one, engine)
    check_busy_port(two, stack)  # before there is a spare: one that waits has a run begin anew
    join(stack, three)
    stack.install("--yes", "--set=gateway.cors_origin=https://a.example", **BOTH)
    row = gateway_of(stack)
    assert row["running"] == 2
    (spare,) = row["spares"]
    assert {"node1", spare, *row["nodes"]} == set(NODES)
    assert all(answers(one.within, stack.site.port, NODES[node]) for node in row["nodes"])
    assert "Already up to date" in stack.run("install", "--yes").said
    assert gateway_of(stack) == row

    check_updates(network, stack, row["tasks"], measured)
    check_lost_node(network, stack, measured)
    check_none_here(one, stack)

    stack.run("uninstall", "--purge", "--yes")
    for engine in network.engines:
        eventually(partial(is_idle, engine), "all has ended")
    for node in NODES:
        assert docker(one, "node", "inspect", node, "--format={{len .Spec.Labels}}") == "0"


def check_busy_port(engine: SecondEngine, stack: Stack) -> None:
    """A program on the second node has the port: it is named, and once it has ended, all is well,
    also where the Swarm has begun to start that gateway by itself."""
    words = (*engine.within, sys.executable, "-I", "-c", LISTEN, str(stack.site.port))
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline() == "listening\n"
        refused = stack.install("--yes", code=6, **BOTH)
        refused.says(
            "gateway failed on node node2", "address already in use", "on node2, `ss -ltnp`"
        )
        assert f"what has port {stack.site.port}: end it there" in refused.stderr
        busy.communicate()
    name, shown = f"{stack.project}_gateway", "--format={{.Node}} {{.CurrentState}}"
    begun = ("node2 Starting", "node2 Running")
    wanted = ("service", "ps", name, "--filter=desired-state=running", shown)
    eventually(
        lambda: any(each in run("docker", *wanted).stdout for each in begun) or None, "begun"
    )
    assert "Mosaic is ready" in stack.install("--yes", **BOTH).said


def check_updates(network: Network, stack: Stack, tasks: Sequence[str], measured: Tell) -> None:
    """Change the gateways while somebody asks all of them, and the next one where one refuses."""
    seen: list[Load] = []
    while sum(load.answered for load in seen) < REQUESTS and len(seen) < UPDATES:
        origin = f"gateway.cors_origin=https://a{len(seen)}.example"
        nodes = [NODES[node] for node in gateway_of(stack)["nodes"]]
        with asking(network.engines[0].within, stack.site.port, nodes) as asked:
            stack.run("install", "--yes", "--set", origin)
        measured(f"update {len(seen) + 1}: {asked.seen}")
        seen.append(asked.seen)
    assert sum(load.answered for load in seen) >= REQUESTS
    assert [str(load) for load in seen if load.failed] == []
    assert not set(gateway_of(stack)["tasks"]) & set(tasks)


def check_lost_node(network: Network, stack: Stack, measured: Tell) -> None:
    """Pull the cable of a gateway's node out: the Swarm begins its gateway on the spare node."""
    row = gateway_of(stack)
    (lost,) = set(row["nodes"]) - {"node1"}
    (spare,) = row["spares"]
    one = network.engines[0]
    with asking(one.within, stack.site.port, [*NODES.values()]) as asked:
        begun = time.monotonic()
        network.plug(int(lost[-1]), is_in=False)
        eventually(lambda: runs_on(stack, one) == {"node1", spare} or None, "the spare has begun")
        seconds = time.monotonic() - begun
    measured(f"whole again {seconds:.1f} s after a node was lost; meanwhile {asked.seen}")
    assert asked.seen.failed == 0, str(asked.seen)
    assert asked.seen.slowest < SLOWEST, str(asked.seen)
    assert answers(one.within, stack.site.port, NODES[spare])
    assert "Already up to date" in stack.run("install", "--yes").said
    network.plug(int(lost[-1]), is_in=True)
    eventually(lambda: lost in gateway_of(stack)["spares"] or None, f"{lost} is back")


def check_none_here(engine: SecondEngine, stack: Stack) -> None:
    """Both run elsewhere, as once this node was away: it is said, and one is brought back."""
    label = node_label(stack.project, GATEWAY)
    docker(engine, "node", "update", f"--label-rm={label}", "node1")
    others = sorted({*NODES} - {"node1"})
    eventually(lambda: sorted(gateway_of(stack)["nodes"]) == others or None, "both are elsewhere")
    assert "none on this machine" in stack.run("cluster", "status").said
    said = stack.run("status", code=6).said
    assert "running, on node2 and node3, but not on this machine" in said
    assert "or not on this machine, where commands need it" in stack.run("doctor", code=9).said
    stack.run("doctor", "--fix")
    row = gateway_of(stack)
    assert "node1" in row["nodes"]
    assert row["running"] == 2
    assert stack.site.has_working_token()


def gateway_of(stack: Stack) -> dict[str, Any]:
    shown = stack.run("cluster", "status", "--json", code=(0, 6)).document
    (row,) = (row for row in shown["services"] if row["name"] == "gateway")
    return dict(row)


def runs_on(stack: Stack, engine: SecondEngine) -> set[str]:
    """Return the nodes where Docker says that a gateway runs."""
    name, shown = f"{stack.project}_gateway", "--format={{.Node}} {{.CurrentState}}"
    said = docker(engine, "service", "ps", name, "--filter=desired-state=running", shown)
    rows = [row.split() for row in said.splitlines()]
    return {row[0] for row in rows if row[1] == "Running"}


def is_idle(engine: SecondEngine) -> bool:
    return not docker(engine, "ps", "--quiet")


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
