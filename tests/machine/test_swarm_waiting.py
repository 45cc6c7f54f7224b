"""A wait for services of a Swarm: how it ends where they do not come, and what is said then."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.swarm import waiting
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.one_off import decisive_of
from mosaic_installer.machine.engine.swarm.standing import waited_for, words_of_places
from mosaic_installer.machine.engine.swarm.tasks import (
    cause_of,
    failure_of,
    has_converged,
    trouble_of,
)
from mosaic_installer.machine.engine.swarm.waiting import Waiting

pytestmark = pytest.mark.unit

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
NODES = {"n1": "one"}
TEMPLATE = {"ContainerSpec": {"Image": "sha256:1"}}


def service(*, replicas: int = 1, version: int = 7, **update: str) -> dict[str, Any]:
    return {
        "ID": "s1",
        "Version": {"Index": version},
        "UpdatedAt": NOW.isoformat(),
        "Spec": {"TaskTemplate": TEMPLATE, "Mode": {"Replicated": {"Replicas": replicas}}},
        **({"UpdateStatus": update} if update else {}),
    }


def task(state: str, made: datetime, *, clock: timedelta = timedelta(), **status: str) -> Any:
    """A task of a node whose clock differs so much from that of the managers."""
    return {
        "ID": "t1",
        "NodeID": "n1",
        "CreatedAt": made.isoformat(),
        "UpdatedAt": made.isoformat(),
        "DesiredState": "running",
        "Spec": TEMPLATE,
        "Status": {"State": state, "Timestamp": (made + clock).isoformat(), **status},
    }


class FakeFound:
    """What a Swarm has of one service."""

    def __init__(self, row: dict[str, Any] | None, *tasks: Any) -> None:
        self._services = {"gateway": row} if row else {}
        self._tasks = tasks

    def services(self) -> dict[str, Any]:
        return self._services

    def tasks(self) -> dict[str, Sequence[Any]]:
        return {"gateway": self._tasks}

    def nodes(self) -> dict[str, str]:
        return NODES

    def places(self, _service: str) -> tuple[str, ...]:
        return ("n1",)


def error_of(found: FakeFound, *, is_as_written: bool = True) -> str:
    wait = Waiting(cast("Found", found), lambda _: None, lambda _name, _row: is_as_written)
    with pytest.raises(ServerUnhealthy) as failed:
        wait.wait(("gateway",), 0)
    return failed.value.message


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (None, "removed"),
        (service(replicas=0), "scaled to 0"),
        (service(State="rollback_started"), "rolled back"),
        (service(State="completed"), "changed"),
    ],
)
def test_what_somebody_else_made_of_a_service_is_no_success(row: Any, what: str) -> None:
    running = task("running", NOW - HOUR)
    said = error_of(FakeFound(row, running), is_as_written=False)
    assert said == f"the service gateway was {what} by somebody else while we waited for it"


def test_what_waits_says_where_it_may_run_and_how_it_failed_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "last_lines_of", lambda *_: ())
    monkeypatch.setattr(waiting, "where_it_may_run", lambda places: f"only {places}")
    failed = task("failed", NOW, Err="task: non-zero exit (137)")
    pending = task("pending", NOW + HOUR, Err="no suitable node") | {"NodeID": ""}
    assert error_of(FakeFound(service(), failed, pending)) == (
        "not running within 0 s: gateway pending: no suitable node, only ('n1',), it failed "
        "before, on node one: failed: task: non-zero exit (137): it was killed, by somebody or "
        "because its memory limit is too small"
    )
    starting = task("starting", NOW, Message="starting")
    assert error_of(FakeFound(service(), starting)) == (
        "not running within 0 s: gateway on node one: starting: it runs, but its health check has "
        "not succeeded"
    )
    assert "gateway has no task, only" in error_of(FakeFound(service()))


@pytest.mark.parametrize(
    ("state", "availability", "told"),
    [
        ("ready", "active", "it may only run on one"),
        ("ready", "drain", "it may only run on one, which is drained"),
        ("ready", "pause", "it may only run on one, which is paused"),
        ("down", "active", "it may only run on one, which is down"),
    ],
)
def test_a_place_is_told_with_what_keeps_tasks_from_it(
    state: str, availability: str, told: str
) -> None:
    row = {
        "ID": "n1",
        "Description": {"Hostname": "one"},
        "Status": {"State": state},
        "Spec": {"Availability": availability},
    }
    assert words_of_places(("n1",), [row]) == told
    waits = told.removeprefix("it may only run on ")
    assert waited_for(("n1",), [row]) == ("" if waits == "one" else waits)
    assert words_of_places(("n2",), [row]) == "and no node has the label that lets it run there"


@pytest.mark.parametrize("clock", [-HOUR, HOUR], ids=("late", "early"))
def test_the_clock_of_a_node_does_not_count(clock: timedelta) -> None:
    assert not has_converged(service(), [task("running", datetime.now(UTC), clock=clock)])
    assert has_converged(service(), [task("running", NOW - HOUR, clock=HOUR)])
    failed = [task("failed", NOW, clock=clock, Err="task: non-zero exit (1)")] * 3
    trouble = trouble_of(service(), failed, NODES, NOW)
    assert str(trouble) == "on node one: failed: task: non-zero exit (1)"
    before = [task("failed", NOW - HOUR, clock=clock + HOUR)] * 3
    assert trouble_of(service(), before, NODES, NOW) is None
    assert failure_of(service(), before, NODES, NOW) is None


def test_a_job_went_as_the_task_says_that_came_to_its_end() -> None:
    done, failed = task("complete", NOW - HOUR), task("failed", NOW - HOUR)
    waits, later = task("pending", NOW), task("pending", NOW + HOUR)
    assert decisive_of([waits, done, failed]) == done
    assert decisive_of([failed, later]) == failed
    assert decisive_of([later, waits]) == later
    assert decisive_of([]) is None


@pytest.mark.parametrize(
    "said",
    [
        "Error starting userland proxy: listen tcp4 0.0.0.0:14242: bind: address already in use",
        "failed to bind host port for 0.0.0.0:14242:172.18.0.2:14242/tcp: address already in use",
        "Bind for 0.0.0.0:14242 failed: port is already allocated",
    ],
)
def test_of_a_taken_port_only_that_is_said(said: str) -> None:
    about = "driver failed programming external connectivity on endpoint p_gateway.1.x (0f2a9)"
    cause = cause_of({"State": "failed", "Err": f"starting container failed: {about}: {said}"})
    assert cause.startswith("failed: port 14242: ")
    assert cause.endswith(("address already in use", "port is already allocated"))
