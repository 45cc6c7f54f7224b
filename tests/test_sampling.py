"""What a normal run leaves out is the same each time, and nothing that somebody asked for."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.distribution import workers
from tests.sampling import Sampling, draw, takes_all

pytestmark = pytest.mark.unit

STEPS = range(1, 40)


def config(*args: str, keyword: str = "", everything: bool = False) -> Any:
    return SimpleNamespace(args=args, option=SimpleNamespace(keyword=keyword, all=everything))


def test_the_same_are_drawn_each_time_in_their_order() -> None:
    drawn = draw(STEPS, 5, "a test")
    assert drawn == draw(STEPS, 5, "a test") == sorted(set(drawn))
    assert len(drawn) == 5
    assert drawn != draw(STEPS, 5, "another test")


def test_no_more_are_drawn_than_there_are() -> None:
    assert draw(STEPS, 100, "a test") == list(STEPS)


def test_what_is_asked_for_is_not_left_out() -> None:
    assert not takes_all(config("tests"))
    assert takes_all(config("tests", everything=True))
    assert takes_all(config("tests", keyword="steps"))
    assert takes_all(config("tests/test_x.py::test_y"))


class Item:
    """A test as far as sampling looks at it."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid
        self.user_properties: list[tuple[str, str]] = []

    def get_closest_marker(self, name: str) -> object:
        return pytest.mark.any_kind.mark if name == "any_kind" else None


def test_each_case_runs_on_one_kind_of_gateway() -> None:
    cases = [f"test_x[a-{number}" for number in range(20)]
    items: list[Any] = [Item(f"{case}-{kind}]") for kind in ("one", "two") for case in cases]
    told: list[Any] = []
    settings = config("tests")

    def deselected(items: list[Any]) -> None:
        told.extend(items)

    settings.hook = SimpleNamespace(pytest_deselected=deselected)
    Sampling().pytest_collection_modifyitems(settings, items)
    assert sorted(item.nodeid.rpartition("-")[0] for item in items) == sorted(cases)
    assert {item.nodeid.rpartition("-")[2] for item in items} == {"one]", "two]"}
    assert len(told) == len(cases)


def test_there_are_more_workers_than_cores() -> None:
    assert workers() >= 2
