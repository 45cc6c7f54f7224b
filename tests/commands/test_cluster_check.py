"""What `mosaic cluster check` finds wrong with nodes, and what to do about it."""

import pytest
from tests.commands.test_cluster_status import ONE, THREE, TWO, WORKER

from mosaic_installer.commands.cluster_check import problems_of
from mosaic_installer.core.frozen import replace
from mosaic_installer.machine.engine.swarm.overview import Node
from mosaic_installer.machine.engine.swarm.reach import Unreached, ports_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("nodes", [(ONE,), (ONE, WORKER), (ONE, TWO, THREE, WORKER)])
def test_nothing_is_wrong_with_nodes_that_are_well(nodes: tuple[Node, ...]) -> None:
    assert problems_of(nodes, ()) == []


@pytest.mark.parametrize(
    ("nodes", "message", "hint"),
    [
        ((ONE, TWO), "2 managers survive the loss of 0, no more than 1 would", "--manager"),
        ((ONE, replace(WORKER, state="down")), "four is down", "cluster remove four"),
        (
            (ONE, TWO, replace(THREE, is_reachable=False)),
            "three cannot be reached",
            "bring it back",
        ),
        ((ONE, replace(WORKER, engine="25.0.0")), "one 26.1.5, four 25.0.0", "update"),
        ((ONE, replace(WORKER, engine="20.10.24")), "too old on four (20.10.24)", "update"),
    ],
)
def test_what_is_wrong_is_told(nodes: tuple[Node, ...], message: str, hint: str) -> None:
    (problem,) = problems_of(nodes, ())
    assert message in problem.message
    assert hint in problem.hint


def test_a_lost_node_with_data_is_told_with_its_data() -> None:
    lost = (ONE, replace(WORKER, state="down"))
    (problem,) = problems_of(lost, (), {"four": ("postgres", "valkey")})
    assert problem.message == "four, which has the data of postgres and valkey, is down"
    assert "remove" not in problem.hint


def test_a_closed_port_is_told_by_its_node() -> None:
    closed = Unreached(node="four", port=7946, reason="Connection refused")
    (problem,) = problems_of((ONE, WORKER), (closed,))
    assert "7946/tcp of four" in problem.message
    assert "4789/udp" in problem.hint


def test_only_managers_are_asked_at_the_port_of_managers() -> None:
    worker = {"Status": {"Addr": "10.0.0.2"}}
    manager = {**worker, "ManagerStatus": {"Addr": "10.0.0.2:2400"}}
    assert ports_of(worker) == (("10.0.0.2", 7946),)
    assert ports_of(manager) == (("10.0.0.2", 7946), ("10.0.0.2", 2400))
