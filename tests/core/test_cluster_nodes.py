"""What `mosaic cluster check` finds wrong with nodes, and what to do about it."""

import pytest
from tests.commands.test_cluster_status import ONE, THREE, TWO, WORKER

from mosaic_installer.core.cluster.nodes import problems_of
from mosaic_installer.core.cluster.overview import Node
from mosaic_installer.core.cluster.seen import Unreached
from mosaic_installer.core.frozen import replace

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
