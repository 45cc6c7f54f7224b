"""A section of the settings: its rows with what is wrong below each, changed in their place."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from mosaic_installer.core.answers import CATALOGUE, value_of
from mosaic_installer.core.finding import Finding
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.chapters import Chapter, settings_of, shown_value
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.errors import AnswersError
from mosaic_installer.ui.conversation import (
    Back,
    Conversation,
    Field,
    Group,
    PanelRow,
    Tone,
    View,
    view_of_choices,
)
from mosaic_installer.ui.found import Found
from mosaic_installer.ui.home import REMEDY, remedy_row, said_hint, said_message, with_prompts
from mosaic_installer.ui.questions import CONFIRM, DIFFERENT, choices_of, explanation_of, validator

BACK = "back"
LEVELS: dict[str, Tone] = {"note": "quiet", "warning": "warning", "error": "error"}
"""The looks of a finding by its level, the gravest last."""
Note = tuple[str, Tone]


def run_section(
    talk: Conversation,
    sheet: Sheet,
    chapter: Chapter,
    look: Callable[[], Found],
    enter: Callable[[str], Note | None],
) -> None:
    """Let the person change the settings of a section, until they go back.

    `enter` tries what was entered for a setting, and returns what came of it.
    """
    tried: dict[str, Note] = {}
    at = ""
    while True:
        view = section_view(chapter, look(), tried)
        remedies = [row.value for row in view.choices if row.value.startswith(REMEDY)]
        try:
            at = talk.panel(view, at or "".join(remedies[:1]), can_go_back=True)
        except Back:
            return
        if at == BACK:
            return
        if at.startswith(REMEDY):
            at = take_remedy(sheet, at)
            continue
        with suppress(Back):
            if change_setting(talk, sheet, CATALOGUE[at], chapter.title):
                note = enter(at)
                tried = {**tried, at: note} if note else _without(tried, at)


def take_remedy(sheet: Sheet, value: str) -> str:
    """Note the value that settles a finding; return the setting's key."""
    key, _, text = value.removeprefix(REMEDY).partition(" ")
    sheet.put(key, text)
    return key


def section_view(chapter: Chapter, found: Found, tried: Mapping[str, Note]) -> View:
    """Return a section as a panel, with every finding beside the row that it is about."""
    keys = [setting.key for setting in settings_of(chapter, found.sketch.settled)]
    loose = [
        PanelRow(label=said_message(finding), tone=LEVELS[finding.level], notes=_hint(finding))
        for finding in found.about(chapter)
        if not _first_of(finding, keys, found)
        and finding.message not in {note for note, _ in tried.values()}
    ]
    told = {finding.check: _first_of(finding, keys, found) for finding in found.findings}
    rows = [row for key in keys for row in _rows(CATALOGUE[key], found, tried, told)]
    rows.append(PanelRow(label="Back", value=BACK))
    groups = (*((Group(rows=tuple(loose)),) if loose else ()), Group(rows=tuple(rows)))
    return View(title=chapter.title, groups=groups)


def change_setting(talk: Conversation, sheet: Sheet, setting: Setting, title: str) -> bool:
    """Ask for one setting and note the answer; return whether there is a new one. Raises `Back`."""
    if setting.is_secret:
        return _change_secret(talk, sheet, setting, title)
    current = sheet.offer(setting.key)
    shown = "" if setting.is_optional and current == "none" else current
    if setting.kind.words:
        return _choose(talk, sheet, setting, shown)
    text = talk.field(
        Field(
            title=title,
            prompt=setting.prompt,
            told=setting.told,
            default=shown,
            validate=_noting(sheet, setting),
        )
    )
    return text != shown


def _first_of(finding: Finding, keys: Sequence[str], found: Found) -> str:
    """Return the first row that a finding is about: where it is told; the others are marked."""
    places = found.places(finding)
    return next((key for key in keys if key in places), "")


def _rows(
    setting: Setting, found: Found, tried: Mapping[str, Note], told: Mapping[str, str]
) -> list[PanelRow]:
    findings = [finding for finding in found.findings if setting.key in found.places(finding)]
    notes = [
        note
        for finding in findings
        if told[finding.check] == setting.key
        for note in ((said_message(finding), LEVELS[finding.level]), *_hint(finding))
    ]
    known = {message for message, _ in notes}
    notes += [note for key, note in tried.items() if key == setting.key and note[0] not in known]
    tone: Tone = tried[setting.key][1] if setting.key in tried else "plain"
    for each, look in LEVELS.items():
        tone = look if any(row.level == each for row in findings) else tone
    text = _standing(setting, found)
    if setting in found.sketch.missing:
        text, tone = _proposed(setting, found) or "required", "warning"
    row = PanelRow(
        label=setting.prompt, text=text, value=setting.key, tone=tone, notes=tuple(notes)
    )
    remedies = [remedy_row(finding) for finding in findings]
    return [row, *(replace(remedy, text="") for remedy in remedies if remedy is not None)]


def _standing(setting: Setting, found: Found) -> str:
    """Return the value of a setting, or what takes its place as long as it has none."""
    settled = found.sketch.settled
    if setting.is_secret or value_of(settled.answers, setting.key) is not None:
        return shown_value(setting, settled)
    note = setting.default_note
    is_known = callable(setting.default) and not any(
        row.key in note for row in found.sketch.missing
    )
    if is_known or note == "none":
        return shown_value(setting, settled)
    return f"({with_prompts(note.replace('`', ''))})"


def _proposed(setting: Setting, found: Found) -> str:
    text = found.offered.get(setting.key, "")
    return f"{text} (to be confirmed)" if text else ""


def _hint(finding: Finding) -> tuple[Note, ...]:
    hint = said_hint(finding)
    return ((hint, "quiet"),) if hint else ()


def _choose(talk: Conversation, sheet: Sheet, setting: Setting, current: str) -> bool:
    told = setting.told
    while True:
        choices = choices_of(setting, current)
        view = view_of_choices(setting.prompt, told, choices, explanation_of(setting))
        word = talk.panel(view, current, can_go_back=True)
        verdict = word == current or _noting(sheet, setting)(word)
        if verdict is True:
            return word != current
        told = str(verdict)


def _change_secret(talk: Conversation, sheet: Sheet, setting: Setting, title: str) -> bool:
    if setting.is_optional:
        kept = " Leave it empty to keep what is there." if sheet.holds(setting.key) else ""
        told = f"{setting.told}{kept}".strip()
        check = _noting(sheet, setting)
        text = talk.field(
            Field(
                title=title,
                prompt=setting.prompt,
                told=told,
                is_secret=True,
                validate=lambda text: not text.strip() or check(text),
            )
        )
        return bool(text.strip())
    problem = ""
    while True:
        first = talk.field(
            Field(
                title=title,
                prompt=setting.prompt,
                told=setting.told,
                problem=problem,
                is_secret=True,
                validate=validator(setting),
            )
        )
        second = talk.field(
            Field(title=title, prompt=CONFIRM, is_secret=True, validate=lambda _: True)
        )
        if first == second:
            sheet.put(setting.key, first)
            return True
        problem = DIFFERENT


def _noting(sheet: Sheet, setting: Setting) -> Callable[[str], bool | str]:
    """Return what notes an answer, or says what is wrong with it."""
    check = validator(setting)

    def note(text: str) -> bool | str:
        verdict = check(text)
        found = sheet.look()
        is_there = text == shown_value(setting, found.settled) and setting not in found.missing
        if verdict is not True or (is_there and not setting.is_secret):
            return verdict
        try:
            sheet.put(setting.key, text)
        except AnswersError as problem:
            return problem.message
        return True

    return note


def _without(notes: Mapping[str, Note], key: str) -> dict[str, Note]:
    return {each: note for each, note in notes.items() if each != key}
