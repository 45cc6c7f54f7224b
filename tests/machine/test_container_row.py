"""What a container does, from what engines say of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mosaic_installer.core.machine.containers import state_of_service
from mosaic_installer.machine.engine.container_row import (
    container_of,
    fingerprint_of,
    grace_of,
    has_run,
    is_attached,
    last_health_check,
    number_of,
    seconds_to_steady,
    state_of,
    was_cut_off,
    worst_of,
)

pytestmark = pytest.mark.unit

MOMENT = "2026-01-02T03:04:05.123456789Z"
NEVER = "0001-01-01T00:00:00Z"


def row(*, health: str = "", restarts: int = 0, **state: Any) -> dict[str, Any]:
    """What an engine says of a container that runs, but for `state`."""
    known = {"Status": "running", "Running": True, "Paused": False, "StartedAt": MOMENT}
    known |= {"Health": {"Status": health}} if health else {}
    return {
        "RestartCount": restarts,
        "State": known | state,
        "Config": {"Image": "x:1", "Env": []},
        "NetworkSettings": {"Ports": {"1/tcp": None}},
    }


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (row(health="healthy"), "healthy"),
        (row(), "healthy"),
        (row(health="starting"), "starting"),
        (row(health="unhealthy"), "unhealthy"),
        (row(health="starting", restarts=1), "starting"),
        (row(health="starting", restarts=2), "restarting"),
        (row(health="healthy", restarts=9), "healthy"),
        (row(Status="restarting"), "restarting"),
        (row(Status="created", Running=False, StartedAt=NEVER), "created"),
        (row(Status="exited", Running=False), "exited"),
        (row(Status="paused", Paused=True), "exited"),
    ],
)
def test_states(said: dict[str, Any], state: str) -> None:
    assert state_of(said) == state


def started(seconds: float) -> str:
    """Say as an engine does when a container started that has run for so long by now."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize(
    ("age", "restarts", "state"),
    [
        (0, 0, "starting"),
        (60, 0, "healthy"),
        (6, 1, "starting"),
        (6, 2, "restarting"),
        (60, 9, "healthy"),
        pytest.param(-3600, 0, "healthy", id="the engine's clock is an hour ahead"),
    ],
)
def test_one_that_nobody_asks_is_healthy_once_it_has_run_for_a_while(
    age: float, restarts: int, state: str
) -> None:
    said = row(restarts=restarts, StartedAt=started(age))
    assert state_of(said) == state
    assert (seconds_to_steady(said) > 0) == (state != "healthy")
    asked = row(restarts=restarts, health="healthy", StartedAt=started(age))
    assert state_of(asked) == "healthy"


def test_what_an_engine_found_running_that_it_never_started_is_not_healthy() -> None:
    # Docker 20.10, killed while it started this one: it runs, without a network.
    said = row(health="healthy", StartedAt=NEVER)
    assert not has_run(said)
    assert state_of(said) == "unhealthy"
    assert container_of("x", said).since is None


@pytest.mark.parametrize(
    ("state", "was_cut"),
    [
        ({"Status": "created", "Running": False, "StartedAt": NEVER}, True),
        ({"StartedAt": NEVER}, True),
        ({"Status": "created", "StartedAt": NEVER, "Error": "port is already allocated"}, False),
        ({"Status": "exited", "Running": False}, False),
    ],
)
def test_a_start_that_was_cut_off_leaves_no_reason(state: dict[str, Any], *, was_cut: bool) -> None:
    assert was_cut_off(row(**state)) == was_cut


HERE = {"IPAddress": "172.18.0.2", "Aliases": ["postgres", "0123456789ab"]}


@pytest.mark.parametrize(
    ("ends", "is_there"),
    [
        ({"mosaic_default": HERE}, True),
        ({"mosaic_default": {**HERE, "Aliases": ["0123456789ab"]}}, False),
        ({"mosaic_default": {**HERE, "Aliases": None}}, False),
        ({"mosaic_default": {**HERE, "IPAddress": ""}}, False),
        ({"other": HERE}, False),
        ({}, False),
    ],
)
def test_a_container_is_found_by_the_name_of_its_service(
    ends: dict[str, Any], *, is_there: bool
) -> None:
    said = row(health="healthy") | {"HostConfig": {"NetworkMode": "mosaic_default"}}
    said["NetworkSettings"]["Networks"] = ends
    assert is_attached(said, "postgres") == is_there
    elsewhere = said | {"HostConfig": {"NetworkMode": "host"}}
    assert is_attached(elsewhere, "postgres"), "as an override says"


def test_one_that_is_stopped_has_no_address() -> None:
    said = row(Status="exited", Running=False) | {"HostConfig": {"NetworkMode": "mosaic_default"}}
    said["NetworkSettings"]["Networks"] = {"mosaic_default": {**HERE, "IPAddress": ""}}
    assert is_attached(said, "postgres")


def test_a_service_is_as_well_as_the_worst_of_its_containers() -> None:
    well = row(health="healthy")
    ill = row(health="unhealthy")
    ill["Config"]["Labels"] = {"com.docker.compose.container-number": "2"}
    assert worst_of([well, ill]) == worst_of([ill, well]) == ill
    found = [container_of("web", each) for each in (well, ill)]
    assert [each.number for each in found] == [1, 2]
    assert state_of_service("web", found) == "unhealthy"
    assert state_of_service("web", found[:1]) == "healthy"
    assert state_of_service("other", found) == "absent"


@pytest.mark.parametrize("health", [None, {"Status": "", "FailingStreak": 0, "Log": None}])
def test_podmans_words_for_a_container_without_a_health_check(health: dict[str, Any]) -> None:
    said = row(restarts=2, Health=health)
    assert state_of(said) == "healthy"
    assert last_health_check(said) == ""


def test_what_is_empty_may_be_left_out() -> None:
    said = row()
    del said["Config"]["Env"]
    assert fingerprint_of(said) == ""
    assert number_of(said) == 1


@pytest.mark.parametrize(("said", "seconds"), [({"StopTimeout": 60}, 60), ({}, 10)])
def test_a_container_gets_the_time_to_end_that_it_was_made_with(
    said: dict[str, int], seconds: int
) -> None:
    assert grace_of({"Config": said}) == seconds
