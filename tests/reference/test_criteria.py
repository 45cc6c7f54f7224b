"""docs/criteria.md names a test for whatever it calls met, and what it names exists."""

import re

import pytest
from tests.reference.pages import ROOT

pytestmark = pytest.mark.unit

PAGE = (ROOT / "docs/criteria.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in row.split(" | ")]
    for row in re.findall(r"^\| (AC-.*) \|$", PAGE, re.MULTILINE)
]
PROGRAM = r"`(scripts/[\w-]+) (--[\w-]+)"


def test_every_criterion_has_a_row() -> None:
    assert [row[0] for row in ROWS] == [f"AC-{number}" for number in range(1, 11)]


@pytest.mark.parametrize(("path", "name"), re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE))
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / path).read_text("utf-8")


def test_what_is_met_is_shown_by_something() -> None:
    for name, _, state, *shown in ROWS:
        assert state.startswith("met") == bool(shown and shown[0].strip(" |")), name


def test_every_bar_has_a_row_with_what_measures_it() -> None:
    _, _, bars = PAGE.partition("## Bars")
    rows = [row.split(" | ") for row in re.findall(r"^\| (\d .*) \|$", bars, re.MULTILINE)]
    assert {row[0] for row in rows} == set("123456")
    assert [row for row in rows if len(row) != 4 or not all(map(str.strip, row))] == []


@pytest.mark.parametrize(("program", "option"), sorted(set(re.findall(PROGRAM, PAGE))))
def test_a_program_that_is_named_takes_that_option(program: str, option: str) -> None:
    assert option in (ROOT / program).read_text("utf-8")
