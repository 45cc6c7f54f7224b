"""A month of usage as it is shown: whole where there is room, cut where there is not."""

import pytest

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.usage import Amount, Line, MonthUsage
from mosaic_installer.ui.usage import chart, dollars, short, table

pytestmark = pytest.mark.unit


def amount(cost: int, tokens: int = 1500, *, calls: int = 2, unpriced: int = 0) -> Amount:
    return Amount(calls=calls, tokens=tokens, cost=cost, unpriced=unpriced, estimated=0)


MONTH = MonthUsage(
    month="2026-11",
    by="model",
    total=amount(1_230_000, 36_600, calls=8, unpriced=3),
    lines=(
        Line(name="anthropic/claude-opus-5-5", amount=amount(1_220_000, 34_000)),
        Line(name="openrouter/a-vendor/a-model", amount=amount(10_000, 600, unpriced=1)),
        Line(name="openrouter/another", amount=amount(0, 2000, unpriced=2)),
        Line(name=None, amount=amount(0)),
    ),
    days={1: amount(800_000), 21: amount(30_000), 30: amount(400_000)},
)
WIDE = """\
MODEL                        CALLS  TOKENS     COST
anthropic/claude-opus-5-5        2   34.0k    $1.22
openrouter/a-vendor/a-model      2     600   $0.01+
openrouter/another               2    2.0k  unknown
                                 2    1.5k    $0.00
total                            8   36.6k   $1.23+"""
NARROW = """\
MODEL             CALLS  TOKENS     COST
claude-opus-5-5       2   34.0k    $1.22
a-model               2     600   $0.01+
another               2    2.0k  unknown
                      2    1.5k    $0.00
total                 8   36.6k   $1.23+"""
CHART = """\
Cost per day
$0.80│█
     │█
     │█                            █
     │█                   ▂        █
     └──────────────────────────────
      1      8      15     22     29"""


def test_a_table_fits_its_terminal() -> None:
    assert table(MONTH, None) == WIDE
    assert table(MONTH, 40) == NARROW
    narrowest = table(MONTH, 20).split("\n")
    assert max(map(len, narrowest)) == len(NARROW.partition("\n")[0]) - 4
    assert narrowest[1].startswith("claude-opus~")


def test_of_users_the_limits_are_shown() -> None:
    lines = (
        Line(name="ada@example.org", amount=amount(5_000_000), limit=25_000_000),
        Line(name=None, amount=amount(1)),
    )
    shown = table(replace(MONTH, by="user", lines=lines), None)
    assert shown.split("\n")[0].endswith("LIMIT")
    assert "$5.00  $25.00" in shown
    assert "removed users" in shown


def test_a_chart_has_a_column_for_each_day() -> None:
    assert "\n".join(chart(MONTH, has_unicode=True)) == CHART
    plain = list(chart(MONTH, has_unicode=False))
    assert "\n".join(plain).isascii()
    assert max(map(len, plain)) <= 40


def test_without_a_cost_a_chart_is_of_tokens_and_without_these_there_is_none() -> None:
    free = replace(MONTH, total=amount(0), days={2: amount(0, 12_345)})
    lines = list(chart(free, has_unicode=True))
    assert lines[:2] == ["Tokens per day", "12.3k│ █"]
    assert not list(chart(replace(free, days={2: amount(0, 0)}), has_unicode=True))


@pytest.mark.parametrize("cost", [999_990_000, 10**15])
def test_the_widest_chart_fits_40_columns(cost: int) -> None:
    december = replace(MONTH, month="2026-12", days={31: amount(cost)})
    assert max(map(len, chart(december, has_unicode=True))) <= 40


def test_amounts_in_short() -> None:
    assert [dollars(each) for each in (0, 1, 9_999, 10_000, 1_234_567_890)] == [
        "$0.00",
        "<$0.01",
        "<$0.01",
        "$0.01",
        "$1,234.57",
    ]
    assert [short(each) for each in (0, 999, 1000, 99_949, 999_999, 12 * 10**9)] == [
        "0",
        "999",
        "1.0k",
        "99.9k",
        "1.0M",
        "12.0G",
    ]
