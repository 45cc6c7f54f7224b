"""PostgreSQL on another node than the one that installs: from the beginning, and moved there."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.conftest import LOADED
from tests.e2e.engine_kinds import SWARM, missing_of
from tests.e2e.engine_network import Network, engine_network
from tests.e2e.program import EMAIL, Site, eventually
from tests.e2e.second_engine import InnerSite, SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.e2e.test_swarm_replicas import bring_gateway
from tests.engine.engine import run

from mosaic_installer.core.containers.swarm import node_label

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

MANAGER = "10.99.0.1"
DATABASE = "pgvector/pgvector:pg17"
# Python runs a module of this name at its start; the product knows nothing of it.
KILLER = """
    import os, signal
    from mosaic_installer.machine.engine.swarm import carrying, changes

    def deadly(owner, name, *, before):
        real, seen = getattr(owner, name), []
        def instead(*words, **more):
            seen.append(name)
            is_end = os.environ["KILL_AT"] == f"{name} {len(seen)}"
            if before and is_end:
                os.kill(os.getpid(), signal.SIGKILL)
            real_answer = real(*words, **more)
            if is_end:
                os.kill(os.getpid(), signal.SIGKILL)
            return real_answer
        setattr(owner, name, instead)

    deadly(changes.Changes, "relabel", before=False)
    deadly(carrying.Carrier, "_wait", before=True)
"""


@pytest.fixture
def network(missing_for_engine: str, gateway_image: None, built_image: str) -> Iterator[Network]:
    lacking = missing_for_engine or missing_of(SWARM)
    if lacking:
        pytest.skip(f"{lacking} is missing; `scripts/test-engine` sets up Debian 12")
    with engine_network(2) as opened:
        opened.engines[0].load((*LOADED, built_image))
        yield opened


@pytest.fixture
def stack(network: Network, site: Site, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A place for an installation on the first node; the second is a worker."""
    one, two = network.engines
    monkeypatch.setenv("DOCKER_HOST", one.address)
    folder = one.new_folder("u")
    stack = Stack(site=InnerSite(home=folder / "m", user=folder, port=site.port, within=one.within))
    stack.run("cluster", "init", "--address", MANAGER)
    line = stack.run("cluster", "join-token").stdout.split()
    joining = InnerSite(home=two.folder / "m", user=two.folder, port=1, within=two.within)
    joining.run("cluster", "join", MANAGER, stdin=line[1])
    return stack


def test_a_database_begins_on_another_node(network: Network, stack: Stack) -> None:
    two = network.engines[1]
    stack.run("cluster", "place", "mail", "node2", code=2).says("no service `mail`", "postgres")
    stack.run("cluster", "place", "postgres", "node2", code=5).says(
        "node2 lacks the image", f"docker save {DATABASE} | ssh node2 docker load"
    )
    two.load((DATABASE,))
    assert "will be on node2" in stack.run("cluster", "place", "postgres", "node2").said
    assert "already" in stack.run("cluster", "place", "postgres", "node2").said

    stack.install("--yes", **ON_SWARM)
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    stack.run("memory", "add", "the harbour is at Trieste")
    assert "Nothing is broken" in stack.run("doctor").said

    check_lost_place(network, stack)
    assert EMAIL in stack.run("admin", "list").said
    stack.run("token", "recover")
    stack.run("cluster", "place", "postgres", "node1", code=1).says("is on node2")
    refused = stack.run("install", "--yes", "--set", "gateway.runtime=container", code=4)
    refused.says("data-is-on-this-machine", "of postgres on node2")

    (stack.site.home / "config/secrets.toml").unlink()
    (stack.site.home / "config/gateway/secrets/database-password").unlink()
    stack.run("install", "--yes")
    assert stack.site.has_working_token()

    assert "on node2" in stack.run("uninstall", "--yes").said
    stack.install("--yes", **ON_SWARM)
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    assert "Trieste" in stack.run("memory", "list").said
    done = stack.run("uninstall", "--purge", "--yes")
    assert f"docker volume rm {stack.project}_postgres" in done.said
    mounted = f"--volume={stack.project}_postgres:/volume"
    assert docker(two, "run", "--rm", mounted, DATABASE, "ls", "-A", "/volume") == ""
    eventually(lambda: not docker(two, "ps", "--quiet") or None, "nothing runs on node2")


def check_lost_place(network: Network, stack: Stack) -> None:
    """Take the label that says where the data is: it is found again, and nothing begins anew."""
    one, two = network.engines
    label = node_label(stack.project, "postgres")
    docker(one, "node", "update", f"--label-rm={label}", "node2")
    eventually(lambda: not docker(two, "ps", "--quiet") or None, "PostgreSQL has ended")
    stack.run("doctor", "--fix")
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    assert "Trieste" in stack.run("memory", "list").said


def test_a_database_moves_and_none_of_its_data_is_lost(
    network: Network, stack: Stack, tmp_path: Path
) -> None:
    one, two = network.engines
    (tmp_path / "sitecustomize.py").write_text(textwrap.dedent(KILLER))
    two.load((DATABASE,))
    stack.run("cluster", "place", "postgres", "node2")
    stack.install("--yes", **ON_SWARM)
    stack.run("memory", "add", "the harbour is at Trieste")
    stack.run("cluster", "remove", "node2", "--yes", code=1).says("cluster move postgres NODE")
    refused = stack.run("cluster", "move", "postgres", "node1", "--yes", code=5)
    refused.says("node2 cannot run the gateway's image", "| ssh node2 docker load")
    bring_gateway(one, two)
    stack.run("cluster", "move", "postgres", "node1", code=2).says("would stop", "--yes")

    killed_move(stack, tmp_path, "node1", "_wait 1")
    stack.run("cluster", "place", "postgres", "node1", code=1).says("was cut off")
    done = stack.run("cluster", "move", "postgres", "node1", "--yes")
    assert "ending it first" in done.said
    assert is_whole_on(stack, "node1")
    check_that_old_data_is_refused(one, stack)

    refused = stack.run("cluster", "move", "postgres", "node2", "--yes", code=1)
    refused.says("node2 has old data in the volume of postgres", "docker volume rm")
    run(*two.within, "sh", "-euc", refused.said.split("`")[1])
    killed_move(stack, tmp_path, "node2", "relabel 2")
    stack.run("doctor", code=9)
    assert is_whole_on(stack, "node1", after="install")
    killed_move(stack, tmp_path, "node2", "relabel 3")
    assert is_whole_on(stack, "node2", after="install")
    done = stack.run("uninstall", "--purge", "--yes")
    assert f"docker volume rm {stack.project}_postgres" in done.said
    assert docker(one, "volume", "ls", "--quiet") == ""
    assert docker(one, "node", "inspect", "self", "--format={{len .Spec.Labels}}") == "0"


def killed_move(stack: Stack, folder: Path, node: str, boundary: str) -> None:
    """Move the database, and die there."""
    variables = {"PYTHONPATH": str(folder), "KILL_AT": boundary}
    stack.run("cluster", "move", "postgres", node, "--yes", code=-9, **variables)


def is_whole_on(stack: Stack, node: str, *, after: str = "") -> bool:
    """Whether the database runs on that node alone, with all that was in it."""
    if after:
        stack.run(after, "--yes")
    assert f"postgres: 1 of 1 running on {node}" in stack.run("cluster", "status").stdout
    eventually(lambda: stack.site.has_working_token() or None, "the gateway is ready")
    assert "Trieste" in stack.run("memory", "list").said
    return "Already up to date" in stack.run("install", "--yes").said


def check_that_old_data_is_refused(manager: SecondEngine, stack: Stack) -> None:
    """Let the Swarm start the database where its old data is, and have it refuse that."""
    name = f"{stack.project}_postgres"
    label = f"org.mosaicstack.node.{stack.project}.postgres"
    docker(manager, "node", "update", f"--label-rm={label}", "node1")
    docker(manager, "node", "update", f"--label-add={label}=yes", "node2")
    words = "has old data only: that of this service was moved to node1"
    logs = f"docker --host {manager.address} service logs {name} 2>&1"
    eventually(lambda: words in run("sh", "-c", logs).stdout or None, "it refuses")
    docker(manager, "node", "update", f"--label-rm={label}", "node2")
    docker(manager, "node", "update", f"--label-add={label}=yes", "node1")
    eventually(lambda: stack.site.has_working_token() or None, "the gateway is ready again")


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
