"""A month of usage for reading: a table, and a chart of its days that fits 40 columns."""

from calendar import month_name, monthrange
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from mosaic_installer.core.machine.usage import MICROS_PER_DOLLAR, Amount, Line, MonthUsage

HEIGHT = 4
SHORTEST_NAME = 12
NAMELESS = {"agent": "no agent", "user": "removed users"}
MARKED_DAYS = (1, 8, 15, 22, 29)


def titled(month: str) -> str:
    """Return a month in words: `November 2026`."""
    year, number = month.split("-")
    return f"{month_name[int(number)]} {int(year)}"


def dollars(micros: int) -> str:
    """Return an amount of money; less than a cent, but something, is told as that."""
    return (
        "<$0.01" if 0 < micros < MICROS_PER_DOLLAR // 100 else f"${micros / MICROS_PER_DOLLAR:,.2f}"
    )


def cost(amount: Amount) -> str:
    """Return what it cost, as far as anybody knows: `$1.20+` is that, and what nobody knows."""
    if amount.unpriced == amount.calls and amount.calls:
        return "unknown"
    return dollars(amount.cost) + ("+" if amount.unpriced else "")


def short(number: int) -> str:
    """Return a number in four digits at most: `950`, `12.3k`, `4.5M`."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        # What is rounded up belongs to the next unit.
        if number >= size - size // 2000:
            value = number / size
            return f"{value:.0f}{unit}" if value >= 99.95 else f"{value:.1f}{unit}"
    return str(number)


def table(usage: MonthUsage, width: int | None) -> str:
    """Return the rows and their total, names cut to fit; without a `width`, nothing is."""
    has_limits = any(line.limit is not None for line in usage.lines)
    head = (usage.by.upper(), "CALLS", "TOKENS", "COST", *(("LIMIT",) if has_limits else ()))
    rows = [head, *(_cells(line, usage.by, has_limits=has_limits) for line in usage.lines)]
    if len(usage.lines) > 1:
        rows.append(_cells(Line(name="total", amount=usage.total), usage.by, has_limits=has_limits))
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(head))]
    if width is not None:
        widths[0] = min(widths[0], max(SHORTEST_NAME, width - sum(widths[1:]) - 2 * len(head) + 2))
    return "\n".join(_row(row, widths) for row in rows)


def chart(usage: MonthUsage, *, has_unicode: bool) -> Iterator[str]:
    """Yield the lines of a chart: a column for each day of the month, at most 39 columns wide."""
    is_money = usage.total.cost > 0
    values = {day: each.cost if is_money else each.tokens for day, each in usage.days.items()}
    highest = max(values.values(), default=0)
    if not highest:
        return
    year, number = usage.month.split("-")
    days = range(1, monthrange(int(year), int(number))[1] + 1)
    label = _label(highest) if is_money else short(highest)
    steps, side, corner, line = (
        ("▁▂▃▄▅▆▇█", "│", "└", "─") if has_unicode else (".:#", "|", "+", "-")
    )
    yield f"{'Cost' if is_money else 'Tokens'} per day"
    full = HEIGHT * len(steps)
    for row in reversed(range(HEIGHT)):
        heights = (-(-values.get(day, 0) * full // highest) for day in days)
        cells = "".join(_cell(height - row * len(steps), steps) for height in heights)
        yield f"{label if row == HEIGHT - 1 else '':>{len(label)}}{side}{cells}".rstrip()
    yield f"{'':{len(label)}}{corner}{line * len(days)}"
    marks = "".join(f"{day:<7}" for day in MARKED_DAYS if day in days)
    yield f"{'':{len(label)}} {marks}".rstrip()


def _label(micros: int) -> str:
    whole = micros // MICROS_PER_DOLLAR
    return dollars(micros) if whole < 1000 else f"${short(whole)}"


def _cell(steps_left: int, steps: Sequence[str]) -> str:
    return " " if steps_left <= 0 else steps[min(steps_left, len(steps)) - 1]


def _cells(line: Line, by: str, *, has_limits: bool) -> tuple[str, ...]:
    amount = line.amount
    name = line.name or NAMELESS.get(by, "")
    found = (name, str(amount.calls), short(amount.tokens), cost(amount))
    if not has_limits:
        return found
    return (*found, "" if line.limit is None else dollars(line.limit))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = _fitted(cells[0], widths[0])
    rest = (f"{cell:>{width}}" for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join((first, *rest)).rstrip()


def _fitted(name: str, width: int) -> str:
    """Return the name in so many columns: models differ in what follows the provider."""
    last = name if cell_len(name) <= width else name.rpartition("/")[2]
    if cell_len(last) > width:
        last = set_cell_size(last, width - 1) + "~"
    return set_cell_size(last, width)
