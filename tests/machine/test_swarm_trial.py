"""When a trial of a moved server is decided, and when what had to move has moved."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from mosaic_installer.machine.engine.swarm import spread, trying
from mosaic_installer.machine.engine.swarm.found import Found

pytestmark = pytest.mark.unit


def task(name: str, state: str) -> dict[str, Any]:
    return {"ID": name, "CreatedAt": name, "Status": {"State": state}}


@pytest.mark.parametrize(
    ("looks", "decided"),
    [
        ([[task("1", "running")]], "1"),
        ([[task("1", "failed")]], "1"),
        # The Swarm made another one, which is about to succeed.
        ([[task("1", "failed"), task("2", "starting")], [task("2", "running")]], "2"),
        ([[], [task("1", "preparing")], [task("1", "rejected")]], "1"),
    ],
)
def test_one_that_failed_decides_nothing_while_another_starts(
    monkeypatch: pytest.MonkeyPatch, looks: list[Any], decided: str
) -> None:
    seen: Iterator[Any] = iter(looks)

    class Reading:
        def tasks(self, _job: str) -> Any:
            return next(seen)

    monkeypatch.setattr(trying, "Reader", Reading)
    monkeypatch.setattr(trying, "PAUSE", 0)
    found = trying._last_task("job", 60)
    assert found is not None
    assert found["ID"] == decided


class Moving:
    """A service that is whole all the time, and moves after the second look."""

    def __init__(self) -> None:
        self.looks = 0

    def runs_on(self, _service: str) -> tuple[str, ...]:
        self.looks += 1
        return ("n2", "n3") if self.looks < 3 else ("n1", "n2")

    def is_whole(self, _service: str) -> bool:
        return True


def test_what_is_to_move_is_waited_for_although_it_looks_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spread, "PAUSE", 0)
    moving = Moving()
    spread._wait_until_whole(cast("Found", moving), "gateway", ("n1", "n2"))
    assert moving.looks == 3
