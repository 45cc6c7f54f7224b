"""`mosaic cluster check` on a Swarm of two nodes whose network is broken in several ways."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.e2e.conftest import LOADED
from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.engine_network import Network, engine_network
from tests.e2e.program import Site
from tests.e2e.second_engine import InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.e2e.test_swarm_replicas import bring_gateway
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

MANAGER = "10.99.0.1"


@pytest.fixture
def network(missing_for_engine: str, gateway_image: None, built_image: str) -> Iterator[Network]:
    lacking = missing_for_engine or missing_of(SWARM)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")
    with engine_network(2) as opened:
        opened.engines[0].load((*LOADED, built_image))
        yield opened


def test_what_is_wrong_between_nodes_is_told(
    network: Network, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = network.engines
    monkeypatch.setenv("DOCKER_HOST", one.address)
    folder = one.new_folder("u")
    stack = Stack(site=InnerSite(home=folder / "m", user=folder, port=site.port, within=one.within))
    stack.run("cluster", "init", "--address", MANAGER)
    stack.install("--yes", **ON_SWARM)
    line = stack.run("cluster", "join-token").stdout.split()
    joining = InnerSite(home=two.folder / "m", user=two.folder, port=1, within=two.within)
    joining.run("cluster", "join", MANAGER, stdin=line[1])

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
    assert "No problems found in a Swarm of 2 nodes" in stack.run("cluster", "check").stdout
    left = run("docker", "service", "ls", "--format={{.Name}}").stdout.split()
    assert sorted(name.rpartition("_")[2] for name in left) == ["gateway", "postgres", "valkey"]


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
