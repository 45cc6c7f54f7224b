"""Several gateways on a Swarm of two nodes: where they run, and what a change of them costs."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tests.e2e.conftest import LOADED
from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.engine_network import Network, engine_network
from tests.e2e.program import Site, eventually
from tests.e2e.second_engine import InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

BOTH: dict[str, Any] = {
    "MOSAIC_GATEWAY_RUNTIME": "swarm",
    "MOSAIC_GATEWAY_BIND": "0.0.0.0",  # noqa: S104
    "MOSAIC_GATEWAY_REPLICAS": "2",
}
NODES = ("10.99.0.1", "10.99.0.2")
ASK = """
import select, sys, time, urllib.request
urls = sys.argv[1:]
answered = passed_over = failed = 0
end = time.monotonic() + 300
while time.monotonic() < end:
    urls.append(urls.pop(0))
    for url in urls:
        try:
            assert urllib.request.urlopen(url, timeout=5).status == 200
            answered += 1
            break
        except (OSError, AssertionError):
            passed_over += 1
    else:
        failed += 1
    if select.select((sys.stdin,), (), (), 0.01)[0]:
        break
print(answered, passed_over, failed)
"""
"""Ask several addresses in turn, as a proxy does: what one refuses, the next is asked for."""


@pytest.fixture
def network(missing_for_engine: str, gateway_image: None, built_image: str) -> Iterator[Network]:
    lacking = missing_for_engine or missing_of(SWARM)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")
    with engine_network(2) as opened:
        opened.engines[0].load((*LOADED, built_image))
        yield opened


def test_two_gateways_replace_each_other(
    network: Network, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = network.engines
    monkeypatch.setenv("DOCKER_HOST", one.address)
    folder = one.new_folder("u")
    stack = Stack(site=InnerSite(home=folder / "m", user=folder, port=site.port, within=one.within))
    stack.run("cluster", "init", "--address", NODES[0])
    stack.install("--yes", code=4, **BOTH).says("swarm-has-enough-nodes", "join-token")
    line = stack.run("cluster", "join-token").stdout.split()
    joining = InnerSite(home=two.folder / "m", user=two.folder, port=1, within=two.within)
    joining.run("cluster", "join", NODES[0], stdin=line[1])
    refused = stack.install("--yes", code=5, **BOTH)
    refused.says("too few nodes have the image", "node2: No such image", "| ssh node2 docker load")
    bring_gateway(one, two)
    stack.install("--yes", **BOTH)
    assert "gateway: 2 of 2 running" in stack.run("cluster", "status").said
    assert all(answers(network, site.port, node) for node in NODES)
    tasks = tasks_of(stack)
    assert "Already up to date" in stack.run("install", "--yes").said
    assert tasks_of(stack) == tasks

    check_update(network, stack, tasks)

    network.plug(2, is_in=False)
    eventually(lambda: states(one)["node2"] == "Down" or None, "node2 is missed")
    assert answers(network, site.port, NODES[0])
    network.plug(2, is_in=True)
    eventually(lambda: answers(network, site.port, NODES[1]) or None, "node2 is back")
    stack.run("uninstall", "--purge", "--yes")
    eventually(lambda: not docker(two, "ps", "--quiet") or None, "nothing runs on node2")
    assert docker(one, "node", "inspect", "node2", "--format={{len .Spec.Labels}}") == "0"


def check_update(network: Network, stack: Stack, tasks: Sequence[str]) -> None:
    """Change the gateways while somebody asks both of them, and the other one where one refuses."""
    with asking(network, stack.site.port) as load:
        stack.run("install", "--yes", "--set", "gateway.cors_origin=https://a.example")
        answered, passed_over, failed = map(int, load.communicate("stop")[0].split())
    assert answered > 0
    assert failed == 0, f"{answered} answered, {passed_over} by the other one, {failed} by none"
    assert len(set(tasks_of(stack)) & set(tasks)) == len(tasks) - 2


def asking(network: Network, port: int) -> "subprocess.Popen[str]":
    urls = [f"http://{node}:{port}/health" for node in NODES]
    words = (*network.engines[0].within, sys.executable, "-I", "-c", ASK, *urls)
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answers(network: Network, port: int, node: str) -> bool:
    words = (sys.executable, "-I", "-c", ASK, f"http://{node}:{port}/health")
    return run(*network.engines[0].within, *words).stdout.split()[1:] == ["0", "0"]


def bring_gateway(source: SecondEngine, target: SecondEngine) -> None:
    names = docker(source, "image", "ls", "--format={{.Repository}}:{{.Tag}}").splitlines()
    (name,) = (each for each in names if each.startswith("mosaic-gateway:"))
    load = ("docker", "--host", target.address, "load", "--quiet")
    save = ("docker", "--host", source.address, "save", name)
    with subprocess.Popen(save, stdout=subprocess.PIPE) as saved:
        subprocess.run(load, stdin=saved.stdout, stdout=subprocess.DEVNULL, check=True)


def tasks_of(stack: Stack) -> Sequence[str]:
    shown = json.loads(stack.run("cluster", "status", "--json").stdout)
    return [task for row in shown["services"] for task in row["tasks"]]


def states(engine: SecondEngine) -> dict[str, str]:
    rows = [json.loads(row) for row in docker(engine, "node", "ls", "--format=json").splitlines()]
    return {row["Hostname"]: row["Status"] for row in rows}


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
