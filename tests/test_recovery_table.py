"""docs/recovery.md names commands that exist, and its rows have tests on real parts."""

import re
from pathlib import Path

import pytest

from mosaic_installer.arguments import parse

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs/recovery.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*?\| `mosaic ([^`]+)` \|", TABLE, re.MULTILINE)


def test_every_row_is_found() -> None:
    assert {int(number) for number, _ in ROWS} == set(range(1, 17))


@pytest.mark.parametrize("command", sorted({command for _, command in ROWS}))
def test_every_command_of_the_table_can_be_typed(command: str) -> None:
    assert callable(parse(command.split()).run)


@pytest.mark.parametrize("number", sorted({int(number) for number, _ in ROWS}))
def test_every_row_has_a_test_on_real_parts(number: int) -> None:
    files = (ROOT / "tests/e2e").glob("test_recovery*.py")
    tests = "\n".join(path.read_text("utf-8") for path in files)
    assert re.search(rf"def test_rows?_(\d+_and_)?{number}_", tests)
