"""Fill in the sheet: what is missing, one question after the other, and back from each of them."""

from collections.abc import Mapping, Sequence

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.questionnaire.model_providers import PROVIDERS, Provider
from mosaic_installer.core.questionnaire.pasted import parse_provider_key, proposed_provider
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.chapters import Chapter, questions_of
from mosaic_installer.core.settling.interview import Given
from mosaic_installer.core.settling.sheet import Sheet
from mosaic_installer.errors import AnswersError
from mosaic_installer.ui.conversation import Back, Choice, Conversation
from mosaic_installer.ui.questions import ask_setting

PASTE, NONE = "paste", "none"
OLLAMA, FOUND_HERE = "providers.ollama_url", "found on this machine"


def ask_missing(talk: Conversation, sheet: Sheet) -> None:
    """Ask for what nobody has answered.

    Going back from a question takes back the one before; from the first one, it raises `Back`.
    """
    asked: list[str] = []
    while missing := sheet.look().missing:
        talk.say(missing[0].told, "quiet")
        try:
            ask_one(talk, sheet, missing[0])
            asked.append(missing[0].key)
        except Back:
            if not asked:
                raise
            sheet.take_back(asked.pop())


def ask_each(talk: Conversation, sheet: Sheet, chapters: Sequence[Chapter]) -> None:
    """Ask for every setting of some sections, one after the other; Enter keeps what is there.

    Going back leads to the question before; the first one has none.
    """
    asked: list[str] = []
    title = ""
    while True:
        rows = [
            (chapter, setting)
            for chapter in chapters
            for setting in questions_of(chapter, sheet.look().settled, sheet.host)
            if setting.key not in asked
        ]
        if not rows:
            return
        chapter, setting = rows[0]
        if chapter.title != title:
            title = chapter.title
            talk.heading(title)
        talk.say(setting.told, "quiet")
        try:
            ask_one(talk, sheet, setting, can_go_back=bool(asked))
            asked.append(setting.key)
        except Back:
            asked.pop()


def ask_one(
    talk: Conversation, sheet: Sheet, setting: Setting, *, can_go_back: bool = True
) -> None:
    """Ask for one setting and note the answer; raises `Back`."""
    while True:
        current = sheet.offer(setting.key)
        shown = "" if setting.is_optional and current == "none" else current
        is_set = sheet.holds(setting.key)
        text = ask_setting(talk, setting, shown, can_go_back=can_go_back, is_set=is_set)
        if setting.is_secret and not text.strip():
            return
        # Enter on what is there already chooses nothing.
        if text == current and not _is_missing(sheet, setting):
            return
        try:
            sheet.put(setting.key, text)
        except AnswersError as problem:
            talk.say(problem.message, "error")
        else:
            return


def ask_provider(talk: Conversation, sheet: Sheet, found: Mapping[str, Given]) -> str | None:
    """Ask for a model provider: one that was `found`, by its setting, a pasted key, or none.

    Return the setting that was given; raises `Back`.
    """
    if not any(given.source != FOUND_HERE for given in found.values()):
        return _ask_key(talk, sheet, found.get(OLLAMA))
    choices = [
        Choice(value=row.key, label=_offer(row, found[row.key]))
        for row in PROVIDERS
        if row.key in found
    ]
    more = (
        Choice(value=PASTE, label="Another one, with a key that I paste"),
        Choice(value=NONE, label="None for now"),
    )
    chosen = talk.choose("Which model provider?", [*choices, *more], can_go_back=True)
    if chosen == PASTE:
        return _ask_key(talk, sheet)
    if chosen == NONE:
        return None
    sheet.put(chosen, found[chosen].text, found[chosen].source)
    return chosen


def _offer(provider: Provider, given: Given) -> str:
    if given.source == FOUND_HERE:
        return f"{provider.title}, {FOUND_HERE}"
    return f"{provider.title}, with {provider.variable} from the environment"


def _ask_key(talk: Conversation, sheet: Sheet, ollama: Given | None = None) -> str | None:
    blank = "to skip" if ollama is None else "for the Ollama on this machine, or type none"
    whose = "Anthropic, OpenAI, OpenRouter or Z.AI"
    text = talk.secret(
        f"Model provider API key ({whose}; leave blank {blank}):", _key_or_nothing, can_go_back=True
    )
    if not text.strip() and ollama is not None:
        sheet.put(OLLAMA, ollama.text, ollama.source)
        return OLLAMA
    if text.strip().lower() in {"", NONE}:
        return None
    name = proposed_provider(text)
    providers = [row for row in PROVIDERS if CATALOGUE[row.key].is_secret]
    known = {row.name: row.key for row in providers}
    key = known[name] if name in known else _ask_whose(talk, providers)
    sheet.put(key, text)
    return key


def _ask_whose(talk: Conversation, providers: Sequence[Provider]) -> str:
    choices = [Choice(value=row.key, label=row.title) for row in providers]
    return talk.choose("Whose key is that?", choices, can_go_back=True)


def _key_or_nothing(text: str) -> bool | str:
    if not text.strip():
        return True
    try:
        parse_provider_key(text)
    except ValueError as problem:
        return str(problem)
    return True


def _is_missing(sheet: Sheet, setting: Setting) -> bool:
    return any(row.key == setting.key for row in sheet.look().missing)
