"""`mosaic cluster check` on a Swarm of two nodes whose network is broken in several ways."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.program import eventually
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.e2e.swarm_nodes import bring_gateway
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]


def test_what_is_wrong_between_nodes_is_told(network: Network, joined_stack: Stack) -> None:
    stack, (one, two) = joined_stack, network.engines
    stack.install("--yes", **ON_SWARM)

    seen = shown(stack, code=0)
    assert any("not tried from node2: No such image" in note for note in seen["notes"])
    bring_gateway(one, two)
    seen = shown(stack, code=0)
    assert seen["notes"] == [
        "what services say to each other is not encrypted on its way between nodes"
    ]
    with dropped(two, "udp", 4789):
        assert problems(stack) >= {
            "in the network between services, node1 gets no answer from node2",
            "in the network between services, node2 gets no answer from node1",
        }
    with dropped(two, "udp", 4789, "--match", "length", "--length", "1400:65535"):
        (message,) = problems(stack)
        assert message.startswith("node2 gets small answers from node1, but no large ones")
    with dropped(two, "udp", 7946), dropped(two, "tcp", 7946):
        assert any("does not hear of what runs on" in each for each in problems(stack))
    # Engines that took each other for gone ask again after a while.
    eventually(lambda: is_well(stack) or None, "the nodes hear of each other again")
    left = run("docker", "service", "ls", "--format={{.Name}}").stdout.split()
    assert sorted(name.rpartition("_")[2] for name in left) == ["gateway", "postgres", "valkey"]


def is_well(stack: Stack) -> bool:
    done = stack.run("cluster", "check", code=(0, 9))
    return "No problems found in a Swarm of 2 nodes" in done.stdout


def shown(stack: Stack, code: int) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(stack.run("cluster", "check", "--json", code=code).stdout)
    return seen


def problems(stack: Stack) -> set[str]:
    return {each["message"] for each in shown(stack, code=9)["problems"]}


@contextmanager
def dropped(engine: SecondEngine, protocol: str, port: int, *matches: str) -> Iterator[None]:
    """Let what comes to a port of an engine's machine disappear, as far as it matches."""
    rule = ("INPUT", "--protocol", protocol, "--dport", str(port), *matches, "--jump", "DROP")
    run(*engine.within, "iptables", "--insert", *rule)
    try:
        yield
    finally:
        run(*engine.within, "iptables", "--delete", *rule)
