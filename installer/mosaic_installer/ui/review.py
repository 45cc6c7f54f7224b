"""The last screen before anything is touched: what was chosen, what will be done, and why."""

from collections.abc import Callable, Sequence

from mosaic_installer.core.finding import Finding
from mosaic_installer.core.plan import Surveyed
from mosaic_installer.core.settling.chapters import chosen_settings
from mosaic_installer.core.settling.interview import ASKED, Settled
from mosaic_installer.ui.conversation import Back, Choice, Conversation, Page, Tone
from mosaic_installer.ui.plan_view import plan_rows

SHOWN_LINES = 60
"""Of each file: who wants to see the whole of a long one wants it outside of a question."""
DIFF_TONES: dict[str, Tone] = {"+": "good", "-": "error"}
TOLD = {ASKED: "entered just now"}
QUESTION = "Apply this plan?"
INSTALL = Choice(value="yes", label="Install now")
APPLY = Choice(value="yes", label="Apply now")
CHOICES = (
    Choice(value="change", label="Change a setting"),
    Choice(value="details", label="Show every step"),
    Choice(value="explain", label="Explain a step"),
    Choice(value="files", label="Show files"),
    Choice(value="no", label="Cancel"),
)
TONES: dict[str, Tone] = {"error": "error", "warning": "warning"}


def show_findings(talk: Conversation, findings: Sequence[Finding]) -> None:
    """Show what the checks found, each with its hint."""
    for finding in findings:
        talk.say(f"{finding.message} [{finding.check}]", TONES.get(finding.level, "plain"))
        talk.say(f"  {finding.hint}", "quiet")
    if findings:
        talk.say()


def show_plan(
    talk: Conversation,
    settled: Settled,
    surveyed: Sequence[Surveyed],
    findings: Sequence[Finding] = (),
) -> None:
    """Show every setting that somebody chose, with its source, the plan in short, and notes.

    Notes are worth knowing before the yes although nothing is wrong: what will be fetched, say.
    """
    talk.heading("Settings")
    rows = [
        (setting.prompt, f"{value} ({TOLD.get(source, source).partition(': ')[0]})")
        for setting, value, source in chosen_settings(settled)
    ]
    talk.rows(rows or [("All", "defaults")])
    talk.heading("Plan")
    talk.rows(plan_rows(surveyed, in_full=False))
    notes = [finding for finding in findings if finding.level == "note"]
    if notes:
        talk.heading("Good to know")
        for note in notes:
            talk.say(f"  {note.message}")
            talk.say(f"    {note.hint}", "quiet")
    talk.say()


def show_every_step(talk: Conversation, surveyed: Sequence[Surveyed]) -> None:
    """Show the plan, nothing of it cut short."""
    talk.heading("Plan")
    talk.rows(plan_rows(surveyed, in_full=True))
    talk.say()


def ask_consent(
    talk: Conversation,
    surveyed: Sequence[Surveyed],
    diffs: Callable[[], Sequence[str]],
    *,
    is_first: bool,
) -> str:
    """Ask for the final word on the shown plan: `yes`, `change` or `no`."""
    while True:
        try:
            word = talk.agree(QUESTION, (INSTALL if is_first else APPLY, *CHOICES))
        except Back:
            return "change"
        match word:
            case "details":
                show_every_step(talk, surveyed)
            case "explain":
                _explain(talk, [row for row in surveyed if not row.is_done])
            case "files":
                _show_files(talk, diffs())
            case _:
                return word


def _show_files(talk: Conversation, diffs: Sequence[str]) -> None:
    for diff in diffs:
        lines = diff.splitlines()
        talk.say()
        for line in lines[:SHOWN_LINES]:
            talk.piece(line, _tone_of(line))  # in a file, blanks mean something
        if len(lines) > SHOWN_LINES:
            more = len(lines) - SHOWN_LINES
            talk.say(f"and {more} more lines: `mosaic install --dry-run --diff` shows all", "quiet")
    if not diffs:
        talk.say("No file would change.")
    talk.say()


def _tone_of(line: str) -> Tone:
    is_head = line.startswith(("+++ ", "--- ", "@@"))
    return "quiet" if is_head else DIFF_TONES.get(line[:1], "plain")


def _explain(talk: Conversation, to_do: Sequence[Surveyed]) -> None:
    choices = [
        Choice(value=str(number), label=f"{row.step.stage}: {row.step.action.describe()}")
        for number, row in enumerate(to_do)
    ]
    choices.append(Choice(value="", label="Back"))
    at = ""
    while True:
        try:
            at = talk.choose("Which step?", choices, default=at or "0", can_go_back=True)
        except Back:
            at = ""
        if not at:
            talk.say()
            return
        told = to_do[int(at)].step.action.about
        rows = (("Why", told.why), ("Touches", told.touches), ("Undone by", told.undone_by))
        talk.page(Page(title=choices[int(at)].label, rows=rows))
