"""`mosaic usage`: what models took and cost in a month; by the token on file."""

import re

from mosaic_installer.commands.authority import need_working_token
from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.machine.usage import MonthUsage
from mosaic_installer.errors import AnswersError
from mosaic_installer.machine.usage_api import HttpUsage
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import columns, marks
from mosaic_installer.ui.usage import chart, dollars, table, titled

EVERYBODYS = ("user",)
"""What is only counted of everybody."""


def run(month: str | None, by: str, *, everyone: bool, as_json: bool) -> int:
    """Print a month of one's own, or everybody's."""
    if month is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month, re.ASCII):
        raise AnswersError(
            f"`--month {output.readable(month)}` is not a month",
            "write it like 2026-11, or leave it out for the present one",
            identifier="bad-usage",
        )
    machine, gateway, _meta = installed_gateway()
    api = HttpUsage(gateway, need_working_token(gateway, machine))
    usage = api.month(month, by, everyone=everyone or by in EVERYBODYS)
    if as_json:
        output.shown_document({"schema": SCHEMA, **usage.document})
    elif usage.total.calls:
        _show(usage)
    else:
        output.say(f"Nothing was used in {titled(usage.month)}. `mosaic chat` asks a model.")
    return 0


def _show(usage: MonthUsage) -> None:
    output.piece(f"{titled(usage.month)} (UTC)\n\n{table(usage, columns())}\n")
    has_unicode = marks()[0] == "✓"
    if lines := list(chart(usage, has_unicode=has_unicode)):
        output.piece("\n" + "\n".join(lines) + "\n")
    for sentence in _notes(usage):
        output.say(f"\n{sentence}")


def _notes(usage: MonthUsage) -> list[str]:
    total, found = usage.total, []
    if usage.limit is not None:
        found.append(f"Your limit is {dollars(usage.limit)} a month.")
    if total.unpriced:
        calls = _calls(total.unpriced)
        found.append(f"note: the price of {calls} is unknown, so the cost does not include them")
    if total.estimated:
        calls = _calls(total.estimated)
        found.append(f"note: the tokens of {calls} are estimates; the provider did not report them")
    return found


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"
