"""A Swarm's routing mesh on machines whose kernels have what it needs."""

from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from tests.e2e.kernel_network import (
    KernelNetwork,
    docker,
    joined_network,
    missing_for_kernels,
)
from tests.e2e.program import eventually
from tests.engine.engine import BASE_IMAGE, run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

NODES = ("10.99.0.1", "10.99.0.2", "10.99.0.3")
PORT = 8000
SERVE = """
import http.server
http.server.ThreadingHTTPServer(("", 8000), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
GET = ("curl", "--silent", "--show-error", "--max-time", "10", "--output", "/dev/null", "--fail")


@pytest.fixture
def network(missing_for_engine: str) -> Iterator[KernelNetwork]:
    lacking = missing_for_engine or missing_for_kernels()
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-kernel` sets up Debian 12")
    with joined_network(3) as opened:
        yield opened


def test_a_port_in_the_mesh_answers_on_a_node_without_a_task(network: KernelNetwork) -> None:
    network.engines[1].load((BASE_IMAGE,))
    words = ("--name=served", f"--publish={PORT}:{PORT}", "--quiet", "--no-resolve-image")
    docker(network.engines[0], "service", "create", *words, BASE_IMAGE, "python3", "-c", SERVE)
    ways = [(*network.beside, *GET, f"http://{node}:{PORT}/") for node in NODES]
    ways.append((*network.engines[0].within, *GET, f"http://127.0.0.1:{PORT}/"))
    for way in ways:
        eventually(partial(answers, way), "the mesh knows the task")
    for way in ways * 10:
        run(*way)
    network.plug(3, is_in=False)
    assert not answers(ways[2])
    network.plug(3, is_in=True)
    eventually(partial(answers, ways[2]), "the node is back")
    on = "--format={{.Node}}"
    assert (
        docker(network.engines[0], "service", "ps", on, "--filter=desired-state=running", "served")
        == "node2"
    )


def answers(way: Sequence[str]) -> bool:
    return run(*way, code=None).code == 0
