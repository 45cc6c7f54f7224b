"""What Podman says, recorded, and what it leaves to systemd."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mosaic_installer.machine.engine import podman
from mosaic_installer.machine.engine.container_row import image_of, moment_of, state_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("docker.io/library/mosaic-gateway:0.1.0-e5111c6d", "mosaic-gateway:0.1.0-e5111c6d"),
        ("docker.io/valkey/valkey:8-alpine", "valkey/valkey:8-alpine"),
        ("localhost/valkey/valkey:8-alpine", "localhost/valkey/valkey:8-alpine"),
        ("valkey/valkey:8-alpine", "valkey/valkey:8-alpine"),
        ("registry.example.org/valkey:8", "registry.example.org/valkey:8"),
    ],
)
def test_an_image_of_dockers_own_registry_has_the_name_that_people_say(
    said: str, name: str
) -> None:
    assert image_of({"Image": said}) == name


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-21T18:25:30.537334559Z",
        "2026-11-21T23:55:30.537334559+05:30",
        "2026-11-21T13:25:30.537334-05:00",
    ],
)
def test_a_moment_in_the_time_of_a_machine_is_the_same_moment(said: str) -> None:
    assert moment_of(said) == datetime(2026, 11, 21, 18, 25, 30, 537334, UTC)


def test_a_moment_may_have_few_digits_or_be_never() -> None:
    assert moment_of("2026-11-21T18:25:30.5+00:00") == datetime(
        2026, 11, 21, 18, 25, 30, 500_000, UTC
    )
    assert moment_of("2026-11-21T18:25:30Z") == datetime(2026, 11, 21, 18, 25, 30, tzinfo=UTC)
    assert moment_of("0001-01-01T00:00:00Z") is None


def test_a_container_that_it_has_just_stopped_does_not_run() -> None:
    # Podman 5.4, between two starts of one that crashes again and again.
    state = {
        "Status": "stopped",
        "Running": False,
        "Paused": False,
        "StartedAt": "2026-11-21T18:24:13.509244203Z",
        "Health": {"Status": "starting", "FailingStreak": 0, "Log": None},
    }
    assert state_of({"State": state, "RestartCount": 15}) == "exited"


def test_its_unit_is_enabled_where_something_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, users, own = (tmp_path / name for name in ("system", "users", "own"))
    monkeypatch.setattr(podman, "SYSTEM", (tmp_path / "nothing", system))
    monkeypatch.setattr(podman, "USERS", (users,))
    monkeypatch.setattr(podman, "OWN", own)
    (system / "default.target.wants").mkdir(parents=True)
    (system / podman.UNIT).touch()
    assert not podman.starts_with_machine(is_rootless=False)
    (system / "default.target.wants" / podman.UNIT).symlink_to(system / podman.UNIT)
    assert podman.starts_with_machine(is_rootless=False)
    assert not podman.starts_with_machine(is_rootless=True)
    (own / "default.target.wants").mkdir(parents=True)
    (own / "default.target.wants" / podman.UNIT).symlink_to(users / podman.UNIT)
    assert podman.starts_with_machine(is_rootless=True)


def test_health_is_checked_where_systemd_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(podman, "BOOTED", tmp_path / "systemd")
    assert not podman.checks_health()
    (tmp_path / "systemd").mkdir()
    assert podman.checks_health()
