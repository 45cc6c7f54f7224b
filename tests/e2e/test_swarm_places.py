"""PostgreSQL on another node than the one that installs: from the beginning, and moved there."""

import time
from pathlib import Path

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.move_killer import killed_move, spoiled_move
from tests.e2e.program import EMAIL, eventually
from tests.e2e.second_engine import SecondEngine
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM
from tests.e2e.swarm_nodes import bring_gateway
from tests.engine.engine import run

from mosaic_installer.core.containers.swarm import node_label

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

AT_ONCE = 60.0
"""Seconds, of the 180 that a server gets; the rest of such a run takes some of them."""
DATABASE = "pgvector/pgvector:pg17"
SPOIL = "find /volume -name global -exec chmod 0 {} +"
"""A folder that PostgreSQL needs, and can read no more."""


@pytest.fixture
def stack(joined_stack: Stack) -> Stack:
    return joined_stack


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
    check_drained_place(stack)
    assert EMAIL in stack.run("admin", "list").said
    stack.run("token", "recover")
    stack.run("cluster", "place", "postgres", "node1", code=1).says("is on node2")
    refused = stack.run("install", "--yes", "--set", "gateway.runtime=container", code=4)
    refused.says("data-is-on-this-machine", "of postgres on node2")

    (stack.site.home / "config/secrets.toml").unlink()
    (stack.site.home / "config/gateway/secrets/database-password").unlink()
    stack.run("install", "--yes")
    assert stack.site.has_working_token()

    check_uninstalled(stack)
    stack.install("--yes", **ON_SWARM)
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    assert "Trieste" in stack.run("memory", "list").said
    done = stack.run("uninstall", "--purge", "--yes")
    assert f"docker volume rm {stack.project}_postgres" in done.said
    mounted = f"--volume={stack.project}_postgres:/volume"
    assert docker(two, "run", "--rm", mounted, DATABASE, "ls", "-A", "/volume") == ""
    eventually(lambda: not docker(two, "ps", "--quiet") or None, "nothing runs on node2")


def check_uninstalled(stack: Stack) -> None:
    """Uninstall, and try what would not find the data: each way back leads to the Swarm."""
    assert "on node2" in stack.run("uninstall", "--yes").said
    way = "--set gateway.runtime=swarm"
    stack.install("--yes", code=4).says("data-is-on-this-machine", "of postgres on node2", way)
    stack.run("cluster", "place", "postgres", "node1", code=1).says("postgres", way)


def check_lost_place(network: Network, stack: Stack) -> None:
    """Take the label that says where the data is: it is found again, and nothing begins anew."""
    one, two = network.engines
    label = node_label(stack.project, "postgres")
    relabel(one, f"--label-rm={label}", "node2")
    eventually(lambda: not docker(two, "ps", "--quiet") or None, "PostgreSQL has ended")
    stack.run("doctor", "--fix")
    assert "postgres: 1 of 1 running on node2" in stack.run("cluster", "status").stdout
    assert "Trieste" in stack.run("memory", "list").said


def check_drained_place(stack: Stack) -> None:
    """Drain the node of the database: no gateway is called well, and nobody waits for what cannot
    come; then all is as it was."""
    stack.run("cluster", "drain", "node2", "--yes")
    said = stack.run("status", code=6).stdout
    assert "running, but not ready without postgres, at http" in said
    assert "postgres  waits for node2, which is drained\n" in said
    said = stack.run("cluster", "status", code=6).stdout
    assert "    its data is on node2, which is drained: run `mosaic cluster activate" in said
    assert "gateway: 1 of 1 running on node1\n    not ready without postgres\n" in said
    begun = time.monotonic()
    refused = stack.run("install", "--yes", "--set=gateway.cors_origin=https://a.example", code=6)
    assert time.monotonic() - begun < AT_ONCE
    refused.says(
        "postgres cannot run now: its data is on node2, which is drained", "cluster activate"
    )
    stack.run("cluster", "activate", "node2")
    stack.run("install", "--yes")
    assert "Trieste" in stack.run("memory", "list").said


def test_a_database_moves_and_none_of_its_data_is_lost(
    network: Network, stack: Stack, tmp_path: Path
) -> None:
    one, two = network.engines
    two.load((DATABASE,))
    stack.run("cluster", "place", "postgres", "node2")
    stack.install("--yes", **ON_SWARM)
    stack.run("memory", "add", "the harbour is at Trieste")
    stack.run("cluster", "remove", "node2", "--yes", code=1).says("cluster move postgres NODE")
    refused = stack.run("cluster", "move", "postgres", "node1", "--yes", code=5)
    refused.says("node2 cannot run the gateway's image", "| ssh node2 docker load")
    bring_gateway(one, two)
    stack.run("cluster", "move", "postgres", "node1", code=2).says("would stop", "--yes")

    killed_move(stack, tmp_path, "postgres node1", "_wait 1")
    stack.run("cluster", "place", "postgres", "node1", code=1).says("was cut off")
    done = stack.run("cluster", "move", "postgres", "node1", "--yes")
    assert "ending it first" in done.said
    assert is_whole_on(stack, "node1")
    check_that_old_data_is_refused(one, stack)

    refused = stack.run("cluster", "move", "postgres", "node2", "--yes", code=1)
    refused.says("node2 has old data in the volume of postgres", "docker volume rm", "--old-data")
    run(*two.within, "sh", "-euc", refused.said.split("`")[1])
    check_ways_back(stack, two, tmp_path)
    done = stack.run("uninstall", "--purge", "--yes")
    assert f"docker volume rm {stack.project}_postgres" in done.said
    assert docker(one, "volume", "ls", "--quiet") == ""
    assert docker(one, "node", "inspect", "self", "--format={{len .Spec.Labels}}") == "0"


def check_ways_back(stack: Stack, two: SecondEngine, folder: Path) -> None:
    """Move the database to node2, and have it fail or be killed on the way."""
    killed_move(stack, folder, "postgres node2", "_last_task 1")
    killed_move(stack, folder, "postgres node2", "relabel 3")  # the first ends the former move
    said = stack.run("doctor", code=9).said
    assert "the move of postgres to node2 has not ended: its data on node1 is as it was" in said
    assert "✗ postgres not running" in said
    assert "token" not in said, "what only follows is not told"
    said = stack.run("status", code=6).stdout
    assert "waits for its move to node2, which has not ended" in said
    assert is_whole_on(stack, "node1", after="install")
    failed = spoiled_move(stack, folder, "postgres", two, DATABASE, SPOIL)
    failed.says(
        "postgres was not moved, and stays on node1", "healthy on node2", "ermission denied"
    )
    assert is_whole_on(stack, "node1")

    killed_move(stack, folder, "postgres node2", "relabel 3")
    check_failed_begin(stack, two, folder)
    killed_move(stack, folder, "postgres node2 --old-data", "relabel 1")
    assert is_whole_on(stack, "node1", after="install")
    done = stack.run("cluster", "move", "postgres", "node2", "--old-data", "--yes")
    assert "What was written since is still on node1" in done.said
    assert is_whole_on(stack, "node2")


def check_failed_begin(stack: Stack, two: SecondEngine, folder: Path) -> None:
    """Let the database fail where it was moved to, and go back to the original."""
    mounted = f"--volume={stack.project}_postgres:/volume"
    docker(two, "run", "--rm", mounted, DATABASE, "sh", "-c", SPOIL)
    way_back = "cluster move postgres node1 --old-data"
    stack.run("install", "--yes", code=6).says(way_back)
    stack.run("cluster", "move", "postgres", "node1", "--yes", code=1).says("not ended", way_back)
    stack.run("cluster", "move", "postgres", "node1", "--old-data", code=2).says("--yes")
    killed_move(stack, folder, "postgres node1 --old-data", "relabel 2")
    assert is_whole_on(stack, "node1", after="install")
    docker(two, "run", "--rm", mounted, DATABASE, "sh", "-c", SPOIL.replace("0", "700"))


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
    relabel(manager, f"--label-rm={label}", "node1")
    relabel(manager, f"--label-add={label}=yes", "node2")
    words = "has old data only: that of this service was moved to node1"
    logs = f"docker --host {manager.address} service logs {name} 2>&1"
    eventually(lambda: words in run("sh", "-c", logs).stdout or None, "it refuses")
    relabel(manager, f"--label-rm={label}", "node2")
    relabel(manager, f"--label-add={label}=yes", "node1")
    eventually(lambda: stack.site.has_working_token() or None, "the gateway is ready again")


def relabel(engine: SecondEngine, label: str, node: str) -> None:
    """Change a label of a node, also where the Swarm writes something else of it meanwhile."""
    words = ("docker", "--host", engine.address, "node", "update", label, node)
    eventually(lambda: run(*words, code=None).code == 0 or None, "the label is changed")


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
