"""Waiting for containers on the real engine: until health, an end, or the deadline."""

import secrets
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.engine.engine import Container, Engine, eventually

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.container_row import STEADY, moment_of
from mosaic_installer.machine.engine.containers import LocalContainers
from mosaic_installer.machine.files import LocalFiles

pytestmark = pytest.mark.install

IMAGE = "valkey/valkey:8-alpine"
LONG = 60.0


class Place:
    """A stack without files: containers with its labels are all there is."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self._engine = engine
        self._layout = Layout.under(home)
        self.stack = Stack(
            layout=self._layout,
            project=f"mosaic-test-{secrets.token_hex(4)}",
            services=("valkey",),
        )
        self.told: list[str] = []
        files = LocalFiles(self._layout.checksums, self._layout.root)
        self.containers = LocalContainers(self.stack, files, self.told.append)

    def start(self, *command: str, health: str = "", restart: str = "no") -> Container:
        marks = {
            labels.PROJECT: self.stack.project,
            labels.HOME: str(self._layout.root),
            labels.SERVICE: "valkey",
        }
        options = [f"--label={name}={value}" for name, value in marks.items()]
        options += [f"--restart={restart}", "--entrypoint=/bin/sh", "--init"]
        options += ["--health-start-period=60s"] if health else []
        return self._engine.run(IMAGE, "-c", *command, options=options, health=health)


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Place:
    return Place(engine, tmp_path / "m")


def test_it_ends_as_soon_as_all_are_healthy(place: Place) -> None:
    place.start("sleep 2; touch /tmp/well; sleep 60", health="test -e /tmp/well || exit 1")
    place.containers.wait(("valkey",), LONG)
    assert [row.state for row in place.containers.found()] == ["healthy"]
    assert place.told[0].startswith("waiting for valkey")


def test_what_never_becomes_healthy_ends_it_at_the_deadline(place: Place) -> None:
    place.start("echo still loading; sleep 60", health="echo not yet; exit 1")
    started = time.monotonic()
    with pytest.raises(ServerUnhealthy, match="valkey did not become healthy within 3 s") as raised:
        place.containers.wait(("valkey",), 3.0)
    assert 3.0 <= time.monotonic() - started < LONG / 2
    assert raised.value.last_lines == ("still loading",)
    assert any("not yet" in words for words in place.told)


def test_an_end_while_it_waits_ends_it_at_once(place: Place) -> None:
    container = place.start("echo so long; sleep 60", health="exit 1")
    failures: list[ServerUnhealthy] = []

    def wait() -> None:
        with pytest.raises(ServerUnhealthy) as raised:
            place.containers.wait(("valkey",), LONG)
        failures.append(raised.value)

    waiting = threading.Thread(target=wait)
    waiting.start()
    eventually(lambda: bool(place.told), "the wait began")
    container.stop()
    waiting.join(LONG / 2)
    assert "ended right after it was started" in failures[0].message
    assert failures[0].last_lines[0] == "so long"


def test_one_that_is_taken_away_ends_it_at_once(place: Place) -> None:
    with pytest.raises(ServerUnhealthy, match="was removed while we waited"):
        place.containers.wait(("valkey",), LONG)


def test_one_without_a_health_check_that_crashes_again_and_again_ends_it(place: Place) -> None:
    place.start("echo no such file; sleep 2; exit 1", restart="unless-stopped")
    with pytest.raises(ServerUnhealthy, match="valkey crashes again and again") as raised:
        place.containers.wait(("valkey",), LONG)
    assert "no such file" in raised.value.last_lines


def test_one_without_a_health_check_has_to_run_for_some_seconds(place: Place) -> None:
    container = place.start("sleep 60")
    place.containers.wait(("valkey",), LONG)
    since = moment_of(container.state()["StartedAt"])
    assert since is not None
    assert (datetime.now(UTC) - since).total_seconds() >= STEADY
    assert [row.state for row in place.containers.found()] == ["healthy"]
