"""What `mosaic cluster status` says of nodes, managers, and what a lost node costs."""

import pytest

from mosaic_installer.commands.cluster_status import lines_of
from mosaic_installer.core.containers.quorum import has_majority, losses_survived
from mosaic_installer.core.frozen import replace
from mosaic_installer.machine.engine.swarm.overview import Node, Overview, ServiceRow

pytestmark = pytest.mark.unit

ONE = Node(
    name="one",
    is_manager=True,
    is_leader=True,
    is_reachable=True,
    state="ready",
    availability="active",
    engine="26.1.5",
)
TWO = replace(ONE, name="two", is_leader=False)
THREE = replace(TWO, name="three")
WORKER = replace(TWO, name="four", is_manager=False, is_reachable=False)
DATABASE = ServiceRow(
    name="postgres",
    wanted=1,
    running=1,
    nodes=("one",),
    places=("one",),
    tasks=("t1",),
    troubles=(),
)
GATEWAY = replace(DATABASE, name="gateway", wanted=2, running=2, nodes=("one", "four"))
GATEWAY = replace(GATEWAY, places=("one", "four"))


def said(*nodes: Node, services: tuple[ServiceRow, ...] = (DATABASE,)) -> str:
    return "\n".join(lines_of(Overview(nodes=nodes, services=services)))


def test_a_node_says_what_it_is_and_what_runs_there() -> None:
    text = said(ONE, WORKER)
    assert "one: manager (leader), ready, active; runs postgres" in text
    assert "four: worker, ready, active; runs nothing of this installation" in text


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ((ONE, WORKER), "1 manager: while it is down"),
        ((ONE, TWO), "2 managers are worse than one"),
        ((ONE, TWO, THREE), "3 managers: 1 may be lost at the same time"),
        ((ONE, TWO, THREE, TWO), "1 may be lost at the same time, no more than with 3"),
        (
            (ONE, TWO, replace(THREE, is_reachable=False)),
            "three cannot be reached: nothing can be changed if one more is lost",
        ),
        ((ONE, replace(WORKER, engine="25.0.0")), "different engines (25.0.0, 26.1.5)"),
    ],
)
def test_how_many_managers_may_be_lost(nodes: tuple[Node, ...], words: str) -> None:
    assert words in said(*nodes)


def test_what_a_lost_node_costs() -> None:
    text = said(ONE, WORKER, services=(DATABASE, GATEWAY)).partition("If a node is lost")[2]
    assert "one: postgres will not run until it is back; if it never comes back, the data" in text
    assert "gateway goes on on four" in text
    assert "four: gateway goes on on one" in text


@pytest.mark.parametrize(
    ("places", "three", "words"),
    [
        (("one", "four", "three"), THREE, "one, and starts again on three"),
        (("one", "four", "three"), replace(THREE, state="down"), "one; no other node can take"),
        (("one", "four"), THREE, "one; no other node can take over"),
    ],
)
def test_where_a_lost_gateway_starts_again(
    places: tuple[str, ...], three: Node, words: str
) -> None:
    gateway = replace(GATEWAY, places=places)
    assert f"four: gateway goes on on {words}" in said(ONE, WORKER, three, services=(gateway,))


def test_a_gateway_is_missed_on_this_machine() -> None:
    rows = (replace(GATEWAY, nodes=("three", "four")),)
    for here, is_said in (("one", True), ("four", False), ("", False)):
        seen = Overview(nodes=(ONE, THREE, WORKER), services=rows, here=here)
        assert ("none on this machine" in "\n".join(lines_of(seen))) == is_said


def test_a_majority_is_more_than_half() -> None:
    assert [losses_survived(count) for count in range(6)] == [0, 0, 0, 1, 1, 2]
    assert has_majority(3, 2)
    assert not has_majority(2, 1)
