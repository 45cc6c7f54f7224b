"""Gateways on two nodes whose images come from a registry that wants TLS and a password."""

import json
import shutil
from pathlib import Path

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import docker, tasks_of, versions
from tests.e2e.swarm_load import answers
from tests.e2e.swarm_registry import ADDRESS, HOST, PASSWORD, locked_registry, log_in, trust
from tests.e2e.test_swarm_replicas import BOTH
from tests.engine import registry as registries
from tests.engine.engine import run
from tests.gateway.certificates import Authority, new_authority

pytestmark = [
    pytest.mark.install,
    pytest.mark.sampled(0),
    pytest.mark.skipif(not registries.is_here(), reason="a container registry is missing"),
]

NODES = (HOST, "10.99.0.2")
FROM_REGISTRY = {**BOTH, "MOSAIC_CLUSTER_REGISTRY": ADDRESS}


@pytest.fixture
def stack(joined_stack: Stack) -> Stack:
    return joined_stack


def test_every_node_pulls_what_one_has_pushed(
    network: Network, stack: Stack, tmp_path: Path
) -> None:
    authority = new_authority(tmp_path)
    stack.run("cluster", "place", "valkey", "node2", MOSAIC_CLUSTER_REGISTRY=ADDRESS)
    with locked_registry(network.engines[0], authority):
        install_once_it_is_trusted(network, stack, authority)
        check_emptied(network.engines[0], stack)
    assert "gateway: 2 of 2 running" in stack.run("cluster", "status").said
    assert all(answers(network.engines[0].within, stack.site.port, node) for node in NODES)
    assert f"{stack.project}_valkey" in docker("node", "ps", "--format={{.Name}}", "node2")
    check_names(stack)
    tasks, written = tasks_of(stack), versions()
    assert "Already up to date" in stack.run("install", "--yes").said, "without the registry"
    stack.run("doctor")
    refused = stack.run("install", "--yes", "--set", "cluster.registry=10.99.0.1:9", code=5)
    refused.says("node node1", "`10.99.0.1:9/", "connection refused")
    assert (tasks_of(stack), versions()) == (tasks, written)
    files = [file for file in stack.site.home.rglob("*") if file.is_file()]
    assert not [file for file in files if PASSWORD.encode() in file.read_bytes()]
    check_what_services_show(stack)
    stack.run("uninstall", "--purge", "--yes")
    assert ADDRESS not in docker("image", "ls")


def install_once_it_is_trusted(network: Network, stack: Stack, authority: Authority) -> None:
    """Install again and again, and do what is said each time, until nothing is missing."""
    one, two = network.engines
    place = f"/etc/docker/certs.d/{ADDRESS}"
    refused = stack.install("--yes", code=5, **FROM_REGISTRY)
    refused.says("node node1", "certificate is not trusted", f"{place}/ca.crt")
    trust(one, authority)
    refused = stack.install("--yes", code=5, **FROM_REGISTRY)
    refused.says("node node1", "refused the login", f"docker login {ADDRESS}")
    log_in(stack.site.user)
    refused = stack.install("--yes", code=5, **FROM_REGISTRY)
    refused.says("node2 could not pull", "node2: No such image", f"copy {place} to node2")
    trust(two, authority)
    stack.install("--yes", **FROM_REGISTRY)


def check_emptied(engine: SecondEngine, stack: Stack) -> None:
    """Take all images out of the registry: that is said, with the commands that push them again."""
    kept = engine.folder / "registry/content"
    shutil.rmtree(kept)
    kept.mkdir()
    (problem,) = stack.run("cluster", "check", "--json", code=9).document["problems"]
    assert all(f"{ADDRESS}/{name}" in problem["message"] for name in ("mosaic-gateway", "valkey"))
    home = ("env", f"HOME={stack.site.user}")
    run(*engine.within, *home, "sh", "-euc", problem["hint"].split("`")[1])
    stack.run("cluster", "check")


def check_what_services_show(stack: Stack) -> None:
    """Take all that is written about the answers away: the services still show them."""
    kept = stack.site.home / "kept"
    stack.site.config.rename(kept)
    printed = stack.run("install", "--print-answers").stdout
    shutil.rmtree(stack.site.config, ignore_errors=True)
    kept.rename(stack.site.config)
    assert f'\nregistry = "{ADDRESS}"\n' in printed
    assert "\nreplicas = 2\n" in printed


def check_names(stack: Stack) -> None:
    """Every service names its image by digest, and so does the file for those who deploy it."""
    rows = json.loads(docker("service", "inspect", *docker("service", "ls", "--quiet").split()))
    images = [row["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] for row in rows]
    assert len(images) == 3
    assert all(name.startswith(f"{ADDRESS}/") and "@sha256:" in name for name in images)
    rendered = stack.run("cluster", "render").stdout
    assert all(f'image: "{name}"' in rendered for name in images)
