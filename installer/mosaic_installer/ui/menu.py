"""The menu of all settings: any row at any time, with how each stands, and back from everywhere."""

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.chapters import (
    CHAPTERS,
    Chapter,
    Mark,
    is_offered,
    mark,
    settings_of,
    shown_value,
    summary,
)
from mosaic_installer.core.settling.interview import Sketch
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.ui.asking import ask_one
from mosaic_installer.ui.conversation import Back, Choice, Conversation
from mosaic_installer.ui.terminal import shows_unicode

DONE, BACK = "done", "back"
SIGNS: dict[Mark, tuple[str, str]] = {
    "settled": ("✓", "+"),
    "default": ("·", "."),
    "needs you": ("!", "!"),
}
TITLE_WIDTH = 14


def run_menu(talk: Conversation, sheet: Sheet) -> None:
    """Let the person change what they like, until they want to see the plan; raises `Back`."""
    at = ""
    while True:
        at = _ask_chapter(talk, sheet.look(), at)
        if at == DONE:
            return
        run_chapter(talk, sheet, next(row for row in CHAPTERS if row.name == at))


def run_chapter(talk: Conversation, sheet: Sheet, chapter: Chapter) -> None:
    """Let the person change the settings of one chapter, until they go back."""
    key = ""
    while True:
        found = sheet.look()
        rows = [_row(setting, found) for setting in settings_of(chapter, found.settled)]
        rows.append(Choice(value=BACK, label="Back"))
        try:
            key = talk.choose(f"{chapter.title}:", rows, default=key, can_go_back=True)
        except Back:
            return
        if key == BACK:
            return
        _change(talk, sheet, CATALOGUE[key])


def _ask_chapter(talk: Conversation, found: Sketch, at: str) -> str:
    chapters = [chapter for chapter in CHAPTERS if is_offered(chapter, found.settled)]
    rows = [
        Choice(
            value=chapter.name,
            label=_line(chapter, found),
            answer=chapter.title,
            tone="warning" if mark(chapter, found) == "needs you" else "plain",
        )
        for chapter in chapters
    ]
    rows.append(Choice(value=DONE, label="Review and install"))
    return talk.choose("What do you want to look at?", rows, default=at, can_go_back=True)


def _line(chapter: Chapter, found: Sketch) -> str:
    standing = mark(chapter, found)
    sign = SIGNS[standing][0 if shows_unicode() else 1]
    told = f"{summary(chapter, found.settled)} ({standing})"
    return f"{sign} {chapter.title + ':':<{TITLE_WIDTH}} {told}"


def _row(setting: Setting, found: Sketch) -> Choice:
    value = shown_value(setting, found.settled)
    if setting in found.missing:
        value = "needs you"
    return Choice(value=setting.key, label=f"{setting.prompt}: {value}", answer=setting.prompt)


def _change(talk: Conversation, sheet: Sheet, setting: Setting) -> None:
    talk.say(setting.told, "quiet")
    try:
        ask_one(talk, sheet, setting)
    except Back:
        return
