"""The plan screen of the wizard: shown before anything is touched, changed as often as wanted."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from mosaic_installer.core.answers import CATALOGUE, value_of
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.interview import ASKED, Given, Layer, Settled
from mosaic_installer.core.plan import Surveyed
from mosaic_installer.ui.plan_view import plan_rows, setting_rows
from mosaic_installer.ui.prompts import ask_new_value, ask_setting, ask_setting_text, ask_word
from mosaic_installer.ui.screen import console

WORDS = ("yes", "change", "details", "no")
COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}


def show_findings(findings: Sequence[Finding]) -> None:
    """Show what the checks found, each with its hint."""
    out = console()
    for finding in findings:
        colour = COLOURS[finding.level]
        row = Table.grid(padding=(0, 1))
        row.add_row(f"[{colour}]{finding.level}[/{colour}]", escape(finding.message))
        row.add_row("", f"[dim]{escape(finding.hint)} \\[{finding.check}][/dim]")
        out.print(row)
    if findings:
        out.print()


def ask_remedies(findings: Sequence[Finding]) -> Layer | None:
    """Ask for other values where they settle the errors; None when they do not settle them all."""
    errors = [finding for finding in findings if finding.level == "error"]
    remedies = [finding.remedy for finding in errors if finding.remedy is not None]
    if not errors or len(remedies) < len(errors):
        return None
    proposed = {remedy.key: remedy.text for remedy in remedies}
    values = {key: ask_setting_text(CATALOGUE[key], text) for key, text in proposed.items()}
    return Layer(values={key: Given(text=values[key], source=ASKED) for key in values})


def show_plan(settled: Settled, surveyed: Sequence[Surveyed], *, in_full: bool = False) -> None:
    """Show the settings that matter and the plan."""
    out = console()
    out.print()
    out.print("[bold]Settings[/bold]")
    for line in setting_rows(settled, everything=False).values():
        label, _, value = line.partition(": ")
        out.print(f"  [dim]{escape(label)}:[/dim] {escape(value)}")
    out.print()
    out.print("[bold]Plan[/bold]")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for stage, sentence in plan_rows(surveyed, in_full=in_full):
        grid.add_row(f"  [cyan]{escape(stage)}[/cyan]", escape(sentence))
    out.print(grid)
    out.print()


def ask_consent(settled: Settled, surveyed: Sequence[Surveyed]) -> str:
    """Ask for the final word on the shown plan: `yes`, `change` or `no`."""
    while True:
        word = ask_word("Go ahead?", WORDS)
        if word != "details":
            return word
        show_plan(settled, surveyed, in_full=True)


def ask_change(settled: Settled) -> Layer:
    """Ask for one setting and its new value; an empty layer when the person thinks better of it."""
    key = ask_setting(setting_rows(settled, everything=True))
    if key is None:
        return Layer()
    text = ask_new_value(CATALOGUE[key], value_of(settled.answers, key))
    return Layer(values={key: Given(text=text, source=ASKED)})
