"""Nodes of a Swarm: they join, are drained, lost and removed. Nothing is installed on them."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.e2e.engine_network import Network
from tests.e2e.program import DEADLINE, Codes, Done, eventually
from tests.e2e.second_engine import SecondEngine
from tests.e2e.swarm_nodes import MANAGER, site_on
from tests.engine.engine import run

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

OTHERS = "SWMTKN-1-" + "0" * 50 + "-" + "1" * 25


@pytest.fixture
def node_count() -> int:
    return 3


@pytest.fixture
def network(empty_network: Network) -> Network:
    return empty_network


def test_nodes_join_are_drained_and_removed(network: Network) -> None:
    one, two, three = network.engines
    refused(two, "join-token").says("is in no Docker Swarm", "cluster init")
    refused(two, "join", MANAGER, stdin=OTHERS).says("no manager answers", "Connection refused")
    assert "a Swarm of one node" in cluster(one, "init", "--address", MANAGER).said
    refused(two, "join", MANAGER, stdin="what?").says("this is no join token")
    refused(two, "join", MANAGER, stdin=OTHERS).says("refused the join token", "join-token`")
    former, line = token(one), token(one)
    refused(two, "join", MANAGER, stdin=former).says("refused the join token")
    assert former not in refused(two, "join", MANAGER, stdin=former).said
    assert "now a worker" in cluster(two, "join", MANAGER, stdin=line).said
    assert "already" in cluster(two, "join", MANAGER, stdin=line).said
    refused(two, "join", "10.99.0.3", stdin=line).says("in another Swarm", "swarm leave")
    refused(two, "drain", "node1").says("is a worker of its Swarm", "docker node promote")
    said = joined_while_waited_for(one, three)
    assert "now a manager" in said
    assert "2 managers are worse than one" in said
    assert "✗ 2 managers" in refused(one, "check", code=9).stdout

    refused(one, "drain", "node9").says("no node `node9`", "node1, node2, node3")
    docker(one, "node", "update", "--label-add=org.mosaicstack.node.p.postgres=yes", "node2")
    refused(one, "drain", "node2", code=2).says("postgres would stop", "--yes")
    assert "is drained" in cluster(one, "drain", "node2", "--yes").said
    assert states(one)["node2"] == ("ready", "drain")
    assert "is active" in cluster(one, "activate", "node2").said
    refused(one, "remove", "node2", "--yes").says("has the data of postgres of p")
    docker(one, "node", "update", "--label-rm=org.mosaicstack.node.p.postgres", "node2")
    refused(one, "remove", "node1", "--yes").says("is this machine")
    refused(one, "remove", "node2", code=2).says("would be removed", "--yes")
    cluster(one, "remove", "node2", "--yes")
    cluster(one, "remove", "node3", "--yes")
    check_that_it_joins_again(one, two)


def check_that_it_joins_again(manager: SecondEngine, removed: SecondEngine) -> None:
    """A node that was removed does not know it, and is told what to do."""
    assert states(manager) == {"node1": ("ready", "active")}
    said = cluster(removed, "join", MANAGER, stdin=token(manager)).said
    assert "was removed there: run `docker swarm leave` here" in said
    docker(removed, "swarm", "leave")
    assert "now a worker" in cluster(removed, "join", MANAGER, stdin=token(manager)).said


def test_a_lost_majority_is_told_and_recovered(network: Network) -> None:
    one, two, three = network.engines
    cluster(one, "init", "--address", MANAGER)
    cluster(two, "join", MANAGER, stdin=token(one, "--manager"))
    cluster(three, "join", MANAGER, stdin=token(one, "--manager"))
    refused(one, "recover", "--yes").says("3 of 3 managers", "nothing has to be recovered")
    assert "No problems found in a Swarm of 3 nodes" in cluster(one, "check").stdout
    said = refused(one, "remove", "node3", code=2)
    said.says("2 managers would be left, which is worse than one", "would be removed", "--yes")
    network.plug(3, is_in=False)
    eventually(lambda: states(one)["node3"][0] != "ready" or None, "node3 is missed")
    refused(one, "remove", "node2", "--yes").says("1 of 2 managers could be reached")
    network.plug(2, is_in=False)
    refused_at_last(one, "drain", "node1").says("most managers", "cluster recover")
    refused(one, "recover", code=2).says("forget its other managers", "--yes")
    assert "only manager" in cluster(one, "recover", "--yes").said
    cluster(one, "remove", "node2", "--yes")
    cluster(one, "remove", "node3", "--yes")
    network.plug(2, is_in=True)
    eventually(lambda: reaches_manager(two) or None, "the cable works")
    docker(two, "swarm", "leave", "--force")
    assert "now a worker" in cluster(two, "join", MANAGER, stdin=token(one)).said


def reaches_manager(engine: SecondEngine) -> bool:
    """Return whether the first machine can be reached: its address is asked for anew."""
    program = f"import socket; socket.create_connection(({MANAGER!r}, 2377), 1).close()"
    return run(*engine.within, sys.executable, "-I", "-c", program, code=None).code == 0


def cluster(engine: SecondEngine, *words: str, stdin: str = "", code: Codes = 0) -> Done:
    """Run `mosaic cluster` on the machine of an engine."""
    return site_on(engine).run("cluster", *words, stdin=stdin, code=code)


def refused(engine: SecondEngine, *words: str, stdin: str = "", code: Codes = 1) -> Done:
    return cluster(engine, *words, stdin=stdin, code=code)


def refused_at_last(engine: SecondEngine, *words: str) -> Done:
    """Run it until the Swarm knows that it has lost its managers."""

    def is_refused() -> Done | None:
        done = cluster(engine, *words, code=(0, 1, 5))
        return done if done.code == 5 else None

    return eventually(is_refused, "the majority is missed")


def joined_while_waited_for(manager: SecondEngine, other: SecondEngine) -> str:
    """Let one join as a manager while `--wait` waits; return what it was told."""
    key = ("swarm", "join-token", "--quiet", "manager")
    former = docker(manager, *key)
    with ThreadPoolExecutor() as waits:
        waiting = waits.submit(cluster, manager, "join-token", "--manager", "--wait")
        line = eventually(lambda: {docker(manager, *key)} - {former}, "a new token works").pop()
        said = cluster(other, "join", MANAGER, stdin=line).said
        assert "node3 has joined" in waiting.result(DEADLINE).said
    assert docker(manager, *key) != line
    return said


def token(engine: SecondEngine, *words: str) -> str:
    """Return the token in the line that is to be typed: `echo TOKEN | mosaic cluster join …`."""
    said = cluster(engine, "join-token", *words).stdout.split()
    assert [*said[:1], *said[2:]] == ["echo", "|", "mosaic", "cluster", "join", f"{MANAGER}:2377"]
    return said[1]


def states(engine: SecondEngine) -> dict[str, tuple[str, str]]:
    rows = [json.loads(row) for row in docker(engine, "node", "ls", "--format=json").splitlines()]
    return {row["Hostname"]: (row["Status"].lower(), row["Availability"].lower()) for row in rows}


def docker(engine: SecondEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()
