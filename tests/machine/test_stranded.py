"""Services that no node can run: who says so at once, and who waits for a node to come back."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from mosaic_installer.core.cluster.place import Place
from mosaic_installer.core.cluster.stranded import stranded_of
from mosaic_installer.core.containers.remedies import remedy_of, shortened
from mosaic_installer.core.frozen import replace
from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.swarm import stranded
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.stranded import refuse_stranded

pytestmark = pytest.mark.unit

ACTIVE = Place(name="node1", state="ready", availability="active")
DRAINED = Place(name="node2", state="ready", availability="drain")
DOWN = Place(name="node3", state="down", availability="active")
UNKNOWN = Place(name="node4", state="unknown", availability="active")
WAKES = "`mosaic cluster activate"
MOVE = "`mosaic cluster move postgres NODE` takes it away, if you like"
BACKUP = "if that never comes back, only a backup brings the data back"
BUSY = (
    "starting container failed: container ee37: endpoint join on GW Network failed: driver "
    "failed programming external connectivity on endpoint gateway_1: failed to bind port "
    "0.0.0.0:14242/tcp: Error starting userland proxy: listen tcp4 0.0.0.0:14242: bind: address "
    "already in use"
)


@pytest.mark.parametrize(
    ("places", "message", "hint", "may_return"),
    [
        (
            {"postgres": (DRAINED,), "valkey": (DRAINED,), "web": (ACTIVE,)},
            "postgres and valkey cannot run now: their data is on node2, which is drained",
            f"run {WAKES} node2`: postgres and valkey start there again; then {MOVE}",
            False,
        ),
        (
            {"postgres": (DOWN,)},
            "postgres cannot run now: its data is on node3, which is down",
            f"start node3: postgres starts there again; {BACKUP}",
            True,
        ),
        (
            {"postgres": (replace(DOWN, availability="drain"),)},
            "postgres cannot run now: its data is on node3, which is drained and down",
            f"start node3 and run {WAKES} node3`: postgres starts there again; {BACKUP}",
            False,
        ),
        (
            {"gateway": (DRAINED, DOWN)},
            f"gateway cannot run now: it may only run on {DRAINED}, or {DOWN}",
            "run `mosaic cluster activate node2`, or start node3: gateway starts there again",
            True,
        ),
    ],
)
def test_it_is_said_which_node_it_is_and_what_to_do(
    places: dict[str, tuple[Place, ...]], message: str, hint: str, *, may_return: bool
) -> None:
    found = stranded_of(places)
    assert found is not None
    error = found.refusal()
    assert (error.message, error.hint, found.may_return) == (message, hint, may_return)


def test_old_data_of_a_move_may_bring_back_what_a_node_took_along() -> None:
    found = stranded_of({"postgres": (DOWN,)}, {"postgres": ("node1",)})
    assert found is not None
    ending = "if that never comes back, a backup brings the data back, or the old data on node1"
    assert found.refusal().hint.endswith(ending)


@pytest.mark.parametrize("places", [(), (ACTIVE, DOWN), (UNKNOWN,), (UNKNOWN, DRAINED)])
def test_what_may_run_somewhere_is_waited_for(places: tuple[Place, ...]) -> None:
    assert stranded_of({"postgres": places}) is None


class Nodes:
    """A Swarm of one node with the data; its states follow each other, the last one stays."""

    def __init__(self, availability: str, *states: str) -> None:
        self._availability = availability
        self._states = list(states)

    def node_rows(self) -> Sequence[Any]:
        state = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        spec = {"Availability": self._availability}
        named = {"Hostname": "node1"}
        return [{"ID": "n1", "Description": named, "Status": {"State": state}, "Spec": spec}]

    def here(self) -> str:
        return "n1"

    def places(self, _service: str) -> tuple[str, ...]:
        return ("n1",)

    def left_on(self, _service: str) -> tuple[str, ...]:
        return ()

    def is_whole(self, service: str) -> bool:
        return service == "valkey"


def refused(nodes: Nodes, monkeypatch: pytest.MonkeyPatch, *services: str) -> tuple[str, list[str]]:
    told: list[str] = []
    monkeypatch.setattr(stranded, "PAUSE", 0)
    try:
        refuse_stranded(cast("Found", nodes), services, told.append)
    except ServerUnhealthy as error:
        return error.message, told
    return "", told


def test_a_drained_node_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    said, told = refused(Nodes("drain", "ready"), monkeypatch, "postgres")
    assert said.endswith("node1, which is drained")
    assert told == []
    assert refused(Nodes("drain", "ready"), monkeypatch, "valkey") == ("", [])


def test_a_node_that_is_down_may_be_on_its_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    said, told = refused(Nodes("active", "down", "down", "ready"), monkeypatch, "postgres")
    assert said == ""
    assert told == ["waiting for node1 to come back; 30 s left at most"] * 2
    monkeypatch.setattr(stranded, "COMING_BACK", 0)
    assert refused(Nodes("active", "down"), monkeypatch, "postgres")[0].endswith("which is down")


def test_a_gateway_whose_node_is_gone_comes_to_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stranded, "COMING_BACK", 0)
    monkeypatch.setattr(Nodes, "here", lambda _self: "n2")
    lost, spec = Nodes("active", "down").node_rows()[0], {"Availability": "active"}
    here = lost | {"ID": "n2", "Status": {"State": "ready"}, "Spec": spec}
    monkeypatch.setattr(Nodes, "node_rows", lambda _self: [lost, here])
    assert refused(Nodes("active", "down"), monkeypatch, "gateway") == ("", [])
    assert refused(Nodes("active", "down"), monkeypatch, "postgres")[0].endswith("which is down")


def test_a_busy_port_is_freed_on_the_node_that_has_it() -> None:
    said = remedy_of("gateway", f"failed: {shortened(BUSY)}", "node2")
    assert said.startswith(
        "on node2, `ss -ltnp` shows what has port 14242: end it there, or choose"
    )
    assert "`mosaic gateway logs --service valkey`" in remedy_of("valkey", "failed: exit 1", "n")
