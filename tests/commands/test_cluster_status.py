"""What `mosaic cluster status` says of nodes, managers, and what a lost node costs."""

from typing import Any

import pytest

from mosaic_installer.commands.cluster_status import lines_of
from mosaic_installer.core.cluster.node_names import joined, sorted_names
from mosaic_installer.core.cluster.overview import Node, Overview, ServiceRow
from mosaic_installer.core.cluster.quorum import has_majority, losses_survived, warning_of
from mosaic_installer.core.frozen import replace

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
        (
            (ONE, replace(TWO, is_reachable=False), replace(THREE, is_reachable=False)),
            "two and three cannot be reached: those are too many, so nothing can be changed",
        ),
        ((ONE, replace(WORKER, engine="25.0.0")), "different engines (25.0.0, 26.1.5)"),
    ],
)
def test_how_many_managers_may_be_lost(nodes: tuple[Node, ...], words: str) -> None:
    assert words in said(*nodes)


def cost_of(node: str, *nodes: Node, services: tuple[ServiceRow, ...]) -> str:
    text = said(*nodes, TWO, THREE, services=services).partition("node is lost")[2]
    (line,) = (row for row in text.splitlines() if row.startswith(f"  {node}: "))
    return line.removeprefix(f"  {node}: ")


def test_a_lost_server_leaves_no_gateway_ready() -> None:
    cost = cost_of("one", ONE, WORKER, services=(DATABASE, GATEWAY))
    assert cost == (
        "postgres stops until it is back, and no gateway is ready meanwhile; if it never comes "
        "back, the data of postgres is lost with it"
    )
    both = (DATABASE, replace(GATEWAY, places=("one",), nodes=("one",)))
    assert cost_of("one", ONE, WORKER, services=both).startswith(
        "postgres and gateway stop until it is back; if it never"
    )
    cost = cost_of("four", ONE, WORKER, services=(DATABASE, GATEWAY))
    assert cost == "gateway keeps running on one; no other node takes over"
    assert cost_of("four", ONE, WORKER, services=(DATABASE,)).startswith("nothing of this")


@pytest.mark.parametrize(
    ("nodes", "is_blocked"),
    [
        ((ONE,), True),
        ((ONE, TWO), True),
        ((ONE, TWO, THREE), False),
        ((ONE, TWO, replace(THREE, is_reachable=False, state="down")), True),
    ],
)
def test_a_lost_manager_may_leave_too_few(nodes: tuple[Node, ...], *, is_blocked: bool) -> None:
    text = said(*nodes).partition("node is lost")[2]
    lines = dict(line.strip().split(": ", 1) for line in text.strip().splitlines())
    assert all(line.endswith("until it is back") == is_blocked for line in lines.values())
    assert ("three" in lines) == (nodes[2:] == (THREE,))


def test_what_no_gateway_needs_costs_no_gateway() -> None:
    web = replace(DATABASE, name="web")
    cost = cost_of("one", ONE, WORKER, services=(web, GATEWAY))
    assert cost == (
        "web stops until it is back; gateway keeps running on four; no other node takes over"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "down"}, "which is down: start one, and it runs again; if it never comes back"),
        ({"availability": "drain"}, "which is drained: run `mosaic cluster activate one`, and it"),
        (
            {"state": "down", "availability": "drain"},
            "which is drained and down: start one and run `mosaic cluster activate one`, and it",
        ),
    ],
)
def test_while_the_node_of_the_data_is_lost_that_is_said(
    change: dict[str, Any], words: str
) -> None:
    database = replace(DATABASE, running=0, nodes=())
    gateway = replace(GATEWAY, places=("one", "four", "three"), nodes=("four", "three"))
    lost = replace(ONE, **change)
    text = said(lost, THREE, WORKER, services=(database, gateway))
    assert f"\n    its data is on one, {words}" in text
    assert "\n  gateway: 2 of 2 running on four and three\n    not ready without postgres\n" in text
    four = "gateway keeps running on three; no other node takes over; "
    assert f"  four: {four}no gateway is ready without postgres" in text
    is_down = "state" in change
    assert ("\nIf another node is lost\n" in text) == is_down
    assert ("\n  one: postgres" not in text) == is_down


def test_a_gateway_whose_node_is_lost_is_brought_to_this_machine() -> None:
    gateway = replace(GATEWAY, wanted=1, running=0, nodes=(), places=("one",))
    nodes = (replace(ONE, state="down"), TWO)
    for here, is_told in (("two", True), ("one", False)):
        text = "\n".join(lines_of(Overview(nodes=nodes, services=(gateway,), here=here)))
        assert ("run `mosaic doctor --fix`" in text) is is_told


def test_a_lost_node_is_not_the_end_of_data_that_a_move_has_left_elsewhere() -> None:
    lost = replace(DATABASE, running=0, nodes=(), left=("two", "three"))
    text = said(replace(ONE, state="down"), TWO, services=(lost,))
    assert "a backup brings the data back, or the old data on two and three" in text


@pytest.mark.parametrize(
    ("places", "three", "words"),
    [
        (("one", "four", "three"), THREE, "one; three starts another"),
        (("one", "four", "three"), replace(THREE, state="down"), "one; no other node takes"),
        (("one", "four"), THREE, "one; no other node takes over"),
    ],
)
def test_where_a_lost_gateway_starts_again(
    places: tuple[str, ...], three: Node, words: str
) -> None:
    gateway = replace(GATEWAY, places=places)
    assert f"four: gateway keeps running on {words}" in said(
        ONE, WORKER, three, services=(gateway,)
    )


def test_a_gateway_is_missed_on_this_machine() -> None:
    rows = (replace(GATEWAY, nodes=("three", "four")),)
    for here, is_said in (("one", True), ("four", False), ("", False)):
        seen = Overview(nodes=(ONE, THREE, WORKER), services=rows, here=here)
        assert ("none on this machine" in "\n".join(lines_of(seen))) == is_said


def test_what_starts_and_what_is_of_an_earlier_version_is_there_too() -> None:
    row = replace(GATEWAY, running=0, nodes=(), older=("one",), coming=("four",))
    seen = Overview(nodes=(ONE, THREE, WORKER), services=(row,), here="one")
    text = "\n".join(lines_of(seen))
    assert "one: manager (leader), ready, active; runs gateway\n" in text
    assert "four: worker, ready, active; is to run gateway\n" in text
    assert "\n    on one as it was before it was changed" in text
    assert "\n  four: what is to run there (gateway) starts elsewhere, or waits for it" in text
    assert "none on this machine" not in text
    lost = "\n".join(lines_of(replace(seen, here="three")))
    assert "none on this machine" in lost


def test_what_no_node_may_run_has_lost_a_label() -> None:
    words = "no node has its label: `mosaic doctor --fix` puts it back"
    row = replace(DATABASE, running=0, nodes=(), places=(), troubles=("pending: no suitable node",))
    assert words in said(ONE, services=(row,))
    assert words not in said(ONE, services=(replace(row, troubles=("missing",)),))


def test_a_majority_is_more_than_half() -> None:
    assert [losses_survived(count) for count in range(6)] == [0, 0, 0, 1, 1, 2]
    assert has_majority(3, 2)
    assert not has_majority(2, 1)


def test_an_even_number_of_managers_is_told_before_they_are_left() -> None:
    assert [bool(warning_of(count)) for count in range(6)] == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]
    assert "which is worse than one: if either is lost" in warning_of(2)
    assert "which may lose 1, no more than 3 would" in warning_of(4)


def test_names_are_in_the_order_that_they_count_in() -> None:
    names = ["node10", "node2", "alpha", "node2b", "node", "7"]
    assert sorted_names(names) == ["7", "alpha", "node", "node2", "node2b", "node10"]
    assert [joined(names[:count]) for count in range(4)] == [
        "",
        "node10",
        "node10 and node2",
        "node10, node2 and alpha",
    ]
