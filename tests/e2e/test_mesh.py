"""Gateways behind a Swarm's routing mesh, on kernels that have it: a change, and a lost node."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.e2e.kernel_network import KernelNetwork, docker, joined_network, missing_for_kernels
from tests.e2e.mesh_load import Request, asking
from tests.e2e.program import ADMIN, Site, eventually
from tests.e2e.second_engine import LOADED, InnerSite
from tests.e2e.stack import SERVICE
from tests.measured import Tell

pytestmark = [pytest.mark.install, pytest.mark.sampled(0), pytest.mark.timeout(3000)]

NODES = {"node1": "10.99.0.1", "node2": "10.99.0.2", "node3": "10.99.0.3"}
IN_THE_MESH = {
    **ADMIN,
    "MOSAIC_STORAGE_TIER": "standalone",
    "MOSAIC_GATEWAY_RUNTIME": "swarm",
    "MOSAIC_GATEWAY_BIND": "0.0.0.0",  # noqa: S104
    "MOSAIC_GATEWAY_REPLICAS": "2",
    "MOSAIC_GATEWAY_PUBLISH": "ingress",
    "MOSAIC_CLUSTER_MONITOR": "0",
}
DEADLINE = 1200
"""Seconds for a run of the program: there, programs start ten times as slowly."""
PATIENT = """
import sys
from mosaic_installer.cli import main
from mosaic_installer.stages import health
health.DEADLINE *= 10
sys.exit(main())
"""
"""The program, which gives a gateway so much longer to start: there, one takes over a minute."""
REQUESTS = 10_000


@pytest.fixture
def network(
    missing_for_engine: str, gateway_image: None, built_image: str
) -> Iterator[KernelNetwork]:
    """Three managers that have the gateway's image; the first has all images."""
    lacking = missing_for_engine or missing_for_kernels()
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-kernel` sets up Debian 12")
    with joined_network(3) as opened, ThreadPoolExecutor() as several:
        images = [(*LOADED, built_image), (built_image,), (built_image,)]
        for _ in several.map(lambda engine, names: engine.load(names), opened.engines, images):
            continue
        yield opened


def test_gateways_in_the_mesh_answer_through_every_node(
    network: KernelNetwork, site: Site, measured: Tell
) -> None:
    one = network.engines[0]
    folder = one.new_folder("u")
    inner = InnerSite(home=folder / "m", user=folder, port=site.port, within=one.within)
    program(inner, "install", "--yes")
    check_change(network, inner, measured)
    check_loss(network, inner, measured)


def check_change(network: KernelNetwork, site: Site, measured: Tell) -> None:
    """Replace both gateways under load; each node is asked, and nobody asks a second time."""
    service = service_of(network)
    before = gateways(network, service)
    begun = time.monotonic()
    try:
        with asking(network.beside, urls(site, NODES), least=REQUESTS) as requests:
            program(site, "install", "--yes", "--set", "gateway.cors_origin=https://a.example")
            measured(f"both gateways were replaced in {time.monotonic() - begun:.0f} s")
    finally:
        measured(f"meanwhile: {told_of(requests, begun)}")
    assert not before.keys() & gateways(network, service).keys()
    assert len(requests) >= REQUESTS
    assert [each for each in requests if each.error] == []


def check_loss(network: KernelNetwork, site: Site, measured: Tell) -> None:
    """Cut off a node that has a gateway; the others are asked meanwhile."""
    one, service = network.engines[0], service_of(network)
    if set(gateways(network, service).values()) == {"node1"}:
        # Both may be on one node, if they were started one after the other.
        for count in (1, 2):
            docker(one, "service", "scale", f"{service}={count}")
    lost = next(node for node in gateways(network, service).values() if node != "node1")
    others = {name: address for name, address in NODES.items() if name != lost}
    try:
        with asking(network.beside, urls(site, others)) as requests:
            network.plug(int(lost[-1]), is_in=False)
            cut = time.monotonic()
            eventually(lambda: lost not in gateways(network, service).values() or None, "it is out")
            missed = time.monotonic() - cut
            measured(f"{lost} cut off: its gateway was given up {missed:.0f} s later")
            eventually(lambda: len(gateways(network, service)) == 2 or None, "they are whole")
            measured(f"both gateways ran {time.monotonic() - cut:.0f} s after the cut")
            eventually(lambda: time.monotonic() > cut + 40 or None, "it was asked for long enough")
    finally:
        measured(f"meanwhile: {told_of(requests, cut)}")
    network.plug(int(lost[-1]), is_in=True)
    for url in urls(site, others):
        answered = (each for each in requests if each.url == url and not each.error)
        first = min(each.ended for each in answered if each.begun > cut) - cut
        measured(f"{url} answered {first:.1f} s after the cut")
        assert first < 5
    assert [each for each in requests if each.error and each.ended > cut + 25] == []
    # A gateway takes longer than this to start on such a machine.
    assert missed < 45


def told_of(requests: Sequence[Request], begun: float) -> str:
    """Say how many there were and which failed, and when, in seconds from that moment."""
    failed = [
        f"{each.url} from {each.begun - begun:.1f} to {each.ended - begun:.1f} s: {each.error}"
        for each in requests
        if each.error
    ]
    return ", ".join((f"{len(requests)} requests", f"{len(failed)} failed", *failed))


def urls(site: Site, nodes: Mapping[str, str]) -> list[str]:
    return [f"http://{address}:{site.port}/health" for address in nodes.values()]


def gateways(network: KernelNetwork, service: str) -> dict[str, str]:
    """Return the node of each gateway that runs and is to run, by its task."""
    shown = "--format={{.ID}} {{.Node}} {{.CurrentState}}"
    said = docker(
        network.engines[0], "service", "ps", "--filter=desired-state=running", shown, service
    )
    rows = [row.split(maxsplit=2) for row in said.splitlines()]
    return {task: node for task, node, state in rows if state.startswith("Running")}


def service_of(network: KernelNetwork) -> str:
    label = f"--filter=label={SERVICE}=gateway"
    (name,) = docker(network.engines[0], "service", "ls", "--format={{.Name}}", label).split()
    return name


def program(site: Site, *words: str) -> None:
    """Run the program, which takes its time there."""
    environment = site.environment(**IN_THE_MESH)
    done = subprocess.run(
        (*site.within, sys.executable, "-I", "-c", PATIENT, *words),
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
