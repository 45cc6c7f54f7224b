"""The home screen: how Mosaic stands, its settings with what is wrong there, and what to do."""

import re
from collections.abc import Iterator

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS
from mosaic_installer.core.settling.chapters import Chapter, mark, summary
from mosaic_installer.core.settling.interview import DEFAULT
from mosaic_installer.ui.conversation import Group, PanelRow, Tone, View
from mosaic_installer.ui.found import Found, status_rows
from mosaic_installer.ui.glossary import GLOSSARY

GO, SETTINGS, AGAIN, ANYWAY, LEAVE = "go", "settings", "again", "anyway", "leave"
TOKEN, LOGS, UNINSTALL = "token", "logs", "uninstall"
REMEDY = "remedy "
REPAIR = "Repair"
TITLE = "Mosaic Stack"
QUESTION = "What would you like to do?"
TONES: dict[str, Tone] = {"error": "error", "warning": "warning"}
"""The looks of what is wrong, by the level of the finding; a note stands in its section."""
SHOWN_PROBLEMS = 6
NAMES = re.compile(r"\bMOSAIC_[A-Z_]+|\b[a-z_]+\.[a-z_]+")
"""What may be the variable or the key of a setting."""


@frozen
class State:
    """A state of the installation in words, and the action that fits it."""

    words: str
    tone: Tone
    action: str
    told: str = ""


def state_of(found: Found) -> State:
    """Return the state that the installation is in, the most urgent one."""
    return next(state for holds, state in _states(found) if holds)


def _states(found: Found) -> Iterator[tuple[bool, State]]:
    """Yield every state with whether it is this one; the first that holds counts."""
    installation = found.facts.host.installation
    words = _count(len(found.errors), "problem")
    yield bool(found.errors), State(words=words, tone="error", action="")
    told = "Nothing is changed before you have seen the plan and agreed to it."
    is_new = not (installation.is_present or found.has_draft or found.dropped)
    yield is_new, State(words="not installed yet", tone="quiet", action="Install", told=told)
    agreed = State(words="ready to continue", tone="warning", action="Continue")
    yield installation.is_present and found.has_consented, agreed
    is_cut_off = not installation.is_present or installation.needs_setup
    yield is_cut_off, State(words="installation unfinished", tone="warning", action="Resume")
    changed = State(words="changes not applied yet", tone="warning", action="Apply your changes")
    yield found.has_changes, changed
    is_older = bool(installation.version) and installation.version != found.version
    update = f"Update to {found.version}"
    yield is_older, State(words="update available", tone="warning", action=update)
    words = _count(len(found.problems), "problem")
    yield bool(found.problems), State(words=words, tone="error", action=f"{REPAIR} {words}")
    yield True, State(words="healthy", tone="good", action="")


def home_view(found: Found) -> View:
    """Return the home screen."""
    state = state_of(found)
    groups = [Group(rows=status_rows(found)), *_problems(found)]
    sections = tuple(_section(chapter, found) for chapter in found.chapters)
    groups.append(Group(title="Settings", rows=sections))
    groups.append(Group(title=QUESTION, rows=tuple(_actions(found, state))))
    return View(
        title=f"{TITLE} {found.version}",
        state=state.words,
        tone=state.tone,
        told=state.told,
        groups=tuple(groups),
        explained=GLOSSARY,
    )


def best_action(found: Found) -> str:
    """Return the action to begin at."""
    return next(_actions(found, state_of(found))).value


def said_message(finding: Finding) -> str:
    """Return what was found, with settings called as on the screen, and not as in scripts."""
    return with_prompts(finding.message)


def with_prompts(text: str) -> str:
    """Return a text with settings called as on the screen."""
    names = {name: row.prompt for key, row in CATALOGUE.items() for name in (key, row.variable)}
    return NAMES.sub(lambda found: names.get(found[0], found[0]), text)


def said_hint(finding: Finding) -> str:
    """Return the hint, unless it speaks to those who type commands."""
    is_for_scripts = any(word in finding.hint for word in ("--", "MOSAIC_"))
    return "" if is_for_scripts else finding.hint


def remedy_row(finding: Finding) -> PanelRow | None:
    """Return the row that settles a finding with one key, if there is one."""
    remedy = finding.remedy
    if remedy is None:
        return None
    name = CATALOGUE[remedy.key].prompt
    what = f"Remove {name}" if remedy.text == "none" else f"Use {remedy.text} for {name}"
    return PanelRow(label=what, value=f"{REMEDY}{remedy.key} {remedy.text}")


def _problems(found: Found) -> Iterator[Group]:
    rows = []
    for finding in found.findings:
        if finding.level in TONES and not any(
            finding in found.about(chapter) for chapter in found.chapters
        ):
            hint = said_hint(finding)
            notes: tuple[tuple[str, Tone], ...] = ((hint, "quiet"),) if hint else ()
            rows.append(
                PanelRow(label=said_message(finding), tone=TONES[finding.level], notes=notes)
            )
    if state_of(found).action.startswith(REPAIR):
        shown = found.problems[:SHOWN_PROBLEMS]
        rows += [PanelRow(label=text, tone="error") for text in shown]
        if len(found.problems) > len(shown):
            more = len(found.problems) - len(shown)
            rows.append(PanelRow(label=f"and {more} more", tone="error"))
    if rows:
        yield Group(rows=tuple(rows))


def _section(chapter: Chapter, found: Found) -> PanelRow:
    findings = found.about(chapter)
    wrong = [finding for finding in findings if finding.level in TONES]
    standing = mark(chapter, found.sketch)
    text = summary(chapter, found.sketch.settled)
    tone: Tone = "good" if standing == "settled" else "quiet"
    if standing == "needs you":
        tone, text = "warning", "required" if text == "none" else f"{text} (incomplete)"
    if wrong:
        tone = "error" if any(row.level == "error" for row in wrong) else "warning"
    elif findings and tone == "good":
        tone = "quiet"
    notes = tuple((said_message(finding), TONES[finding.level]) for finding in wrong)
    return PanelRow(label=chapter.title, text=text, value=chapter.name, tone=tone, notes=notes)


def _actions(found: Found, state: State) -> Iterator[PanelRow]:
    errors = found.errors
    yield from (row for row in map(remedy_row, errors) if row is not None)
    if state.action:
        yield PanelRow(label=state.action, value=GO)
    consents = [finding.consent for finding in errors if finding.consent]
    is_present = found.facts.host.installation.is_present
    if is_present and not state.action and not errors:
        yield PanelRow(label="Change settings", value=SETTINGS)
        sources = found.sketch.settled.sources
        if all(sources[row.key] == DEFAULT for row in PROVIDERS):
            yield PanelRow(label="Add a model provider", value="providers")
    yield PanelRow(label="Check again", value=AGAIN)
    if errors and len(consents) == len(errors):
        yield PanelRow(label="; ".join(consents), value=ANYWAY)
    if is_present:
        yield PanelRow(label="Show the token", value=TOKEN)
        yield PanelRow(label="Show the log", value=LOGS)
        yield PanelRow(label="Uninstall", value=UNINSTALL)
    yield PanelRow(label="Leave", value=LEAVE)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
