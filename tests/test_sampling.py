"""What a normal run leaves out is the same each time, and nothing that somebody asked for."""

from types import SimpleNamespace
from typing import Any

import pytest
from tests.distribution import workers
from tests.sampling import draw, takes_all

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


def test_there_are_more_workers_than_cores() -> None:
    assert workers() >= 2
