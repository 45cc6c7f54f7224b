"""What `mosaic cluster check` says of the network between nodes."""

import pytest

from mosaic_installer.core.cluster.network import notes_of, problems_of_traffic
from mosaic_installer.core.cluster.seen import Sight, Traffic
from mosaic_installer.core.frozen import replace

pytestmark = pytest.mark.unit

NAMES = {"a1": "one", "b2": "two", "c3": "three"}
OF_ONE = Sight(known=2, ahead={"b2": 0.01}, cut=frozenset())
OF_TWO = Sight(known=2, ahead={"a1": -0.01}, cut=frozenset())


def said(one: Sight, two: Sight = OF_TWO) -> list[str]:
    traffic = Traffic(sights={"a1": one, "b2": two}, lacking={})
    return [f"{each.message}; {each.hint}" for each in problems_of_traffic(traffic, NAMES)]


def test_nothing_is_wrong_where_all_see_each_other() -> None:
    assert said(OF_ONE) == []


def test_nodes_of_one_name_are_not_taken_for_one_node() -> None:
    deaf = replace(OF_TWO, known=1, ahead={})
    traffic = Traffic(sights={"a1": deaf, "b2": replace(OF_ONE, ahead={"a1": 0.0})}, lacking={})
    (problem,) = problems_of_traffic(traffic, {"a1": "debian", "b2": "debian"})
    assert problem.message == "debian does not hear of what runs on other nodes"


def test_a_network_that_is_cut_is_told_by_what_is_to_be_opened() -> None:
    (deaf,) = said(replace(OF_ONE, known=1, ahead={}))
    assert "one does not hear of what runs on other nodes" in deaf
    assert "7946/udp" in deaf
    (silent,) = said(replace(OF_ONE, ahead={}))
    assert "one gets no answer from two" in silent
    assert "4789/udp" in silent
    (cut,) = said(replace(OF_ONE, cut=frozenset({"b2"})))
    assert "one gets small answers from two, but no large ones" in cut
    assert "mtu" in cut


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (2.4, "clock of two is 2 s ahead of that of one"),
        (-61.0, "one is 61 s ahead of that of two"),
    ],
)
def test_clocks_that_differ_are_told_once(ahead: float, words: str) -> None:
    (told,) = said(replace(OF_ONE, ahead={"b2": ahead}), replace(OF_TWO, ahead={"a1": -ahead / 2}))
    assert words in told


def test_what_was_not_tried_is_a_note() -> None:
    traffic = Traffic(sights={"a1": OF_ONE}, lacking={"c3": "No such image: sha256:1"})
    assert notes_of(traffic, NAMES)[0] == "not tried from three: No such image: sha256:1"
    assert len(notes_of(None, NAMES)) == 1
