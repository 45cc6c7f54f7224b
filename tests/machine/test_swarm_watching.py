"""A watch over services of a Swarm that have converged: when it ends, and what it takes for ill."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from tests.machine.test_swarm_waiting import HOUR, NOW, FakeFound, service, task

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.swarm import waiting, watching
from mosaic_installer.machine.engine.swarm.watching import LocalTasks

pytestmark = pytest.mark.unit

GATEWAY = ("gateway",)


class Clock:
    """The seconds that pass are those that somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Swarm:
    """What a Swarm has of one service, from look to look; then for ever what it had last."""

    def __init__(self, *looks: tuple[Any, ...]) -> None:
        self._looks = chain(looks, repeat(looks[-1]))

    def opened(self, *_: object) -> FakeFound:
        return Changing(self._looks)


class Changing(FakeFound):
    def __init__(self, looks: Any) -> None:
        super().__init__(service())
        self._rows = looks

    def tasks(self) -> Any:
        return {"gateway": next(self._rows)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(watching, "time", made)
    monkeypatch.setattr(waiting, "time", made)
    monkeypatch.setattr(watching, "lines_of", lambda *_: ("the reactor is cold",))
    return made


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., LocalTasks]:
    stack = Stack(layout=Layout.under(tmp_path), project="mosaic", services=GATEWAY)

    def made(*looks: tuple[Any, ...]) -> LocalTasks:
        monkeypatch.setattr(watching, "Found", Swarm(*looks).opened)
        return LocalTasks(stack, lambda _: None)

    return made


def ago(seconds: float) -> Any:
    return task("running", datetime.now(UTC) - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("ages", "have"),
    [
        ([50], True),
        ([30], False),
        ([50, 30], False),
        ([], False),
        # The clock of the manager that wrote it is ahead of ours.
        ([-20], True),
    ],
)
def test_all_tasks_have_to_have_run_for_so_long(
    tasks: Callable[..., LocalTasks], ages: list[int], *, have: bool
) -> None:
    assert tasks(tuple(map(ago, ages))).have_run(GATEWAY, 40) is have


def test_what_is_still_starting_has_not_run(tasks: Callable[..., LocalTasks]) -> None:
    assert not tasks((task("starting", NOW - HOUR),)).have_run(GATEWAY, 40)


def test_what_has_run_for_long_is_not_watched(
    tasks: Callable[..., LocalTasks], clock: Clock
) -> None:
    tasks((ago(50),)).watch(GATEWAY, 40)
    assert clock.now == 0


@pytest.mark.parametrize(("age", "left"), [(10, 30), (-20, 40)])
def test_what_is_young_is_watched_for_the_rest(
    tasks: Callable[..., LocalTasks], clock: Clock, age: int, left: int
) -> None:
    former = task("failed", NOW - HOUR) | {"ID": "t0", "DesiredState": "shutdown"}
    # As they are a second later each time.
    tasks(*((former, ago(age + passed)) for passed in range(60))).watch(GATEWAY, 40)
    assert left - 2 < clock.now <= left + 1


def test_a_task_that_ends_meanwhile_ends_the_watch(
    tasks: Callable[..., LocalTasks], clock: Clock
) -> None:
    young = ago(10)
    ended = task("failed", NOW, Err="task: non-zero exit (7)") | {"DesiredState": "shutdown"}
    with pytest.raises(ServerUnhealthy) as failed:
        tasks((young,), (young,), (young,), (ended, ago(0) | {"ID": "t2"})).watch(GATEWAY, 40)
    assert failed.value.message == (
        "the service gateway had started, but then failed on node one: failed: task: non-zero "
        "exit (7)"
    )
    assert failed.value.last_lines == ("the reactor is cold",)
    assert clock.now < 10


def test_what_moves_again_and_again_is_not_watched_for_ever(
    tasks: Callable[..., LocalTasks], clock: Clock
) -> None:
    looks = [(ago(6) | {"ID": f"t{number}"},) for number in range(300)]
    with pytest.raises(ServerUnhealthy, match="again and again"):
        tasks(*looks).watch(GATEWAY, 40)
    assert clock.now < 120
