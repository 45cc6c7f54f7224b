"""What is said of services in the midst of a move."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.machine.test_moving import COPIES, RUNS

from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.machine.engine.swarm import overview
from mosaic_installer.machine.engine.swarm.found_containers import found_containers
from mosaic_installer.machine.engine.swarm.way import unfinished_moves

if TYPE_CHECKING:
    from mosaic_installer.machine.engine.swarm.found import Found

pytestmark = pytest.mark.unit


@dataclass(frozen=True)
class Stopped:
    """What a Swarm has of an installation whose database is stopped."""

    rows: list[dict[str, Any]]

    def services(self) -> dict[str, Any]:
        labels = {IMAGE: "postgres:17"}
        return {"postgres": {"Spec": {"Labels": labels, "Mode": {"Replicated": {"Replicas": 0}}}}}

    def tasks(self) -> dict[str, tuple[Any, ...]]:
        return {}

    def unfinished_moves(self) -> tuple[Move, ...]:
        return unfinished_moves("p", self.rows)


def test_a_service_that_runs_nowhere_in_the_midst_of_its_move_says_so() -> None:
    (row,) = found_containers(cast("Found", Stopped(COPIES)))
    assert row.state == "absent"
    assert row.waits_for == "its move to node2, which has not ended"
    assert found_containers(cast("Found", Stopped(RUNS))) == ()


def test_a_service_that_is_stopped_says_why_and_what_starts_it() -> None:
    for name, rows, words in (
        ("postgres", COPIES, "to node2 has not ended: its data on node1 is as it was; if it is"),
        ("postgres", RUNS, "stopped; `mosaic doctor --fix` starts it"),
        ("gateway", RUNS, "stopped; `mosaic gateway start` starts it"),
    ):
        found = Stopped(rows)
        service = found.services()["postgres"]
        (trouble,) = overview._troubles(name, service, (), cast("Found", found))
        assert words in trouble
