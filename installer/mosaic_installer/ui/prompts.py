"""The person as an asker: questions with live validation, through questionary."""

from collections.abc import Callable
from typing import Any

import questionary
from prompt_toolkit.styles import Style

from mosaic_installer.core.answers import as_text
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.interview import parse
from mosaic_installer.core.setting import Draft, Setting
from mosaic_installer.ui.terminal import shows_unicode

STYLE = Style.from_dict({"qmark": "ansigreen bold", "question": "bold", "answer": "ansicyan"})

Validate = Callable[[str], bool | str]


class Person:
    """Asks at the terminal. Ctrl-C and Ctrl-D raise `KeyboardInterrupt`."""

    def __init__(self) -> None:
        self._answered: dict[str, str] = {}

    def ask(self, setting: Setting, facts: Facts, draft: Draft) -> str | None:
        # The interview runs again when a setting is changed; nothing is asked twice.
        if setting.key not in self._answered:
            self._answered[setting.key] = self._ask(setting)
        return self._answered[setting.key]

    def _ask(self, setting: Setting) -> str:
        if setting.is_secret:
            return ask_secret(setting)
        return ask_setting_text(setting)


def ask_secret(setting: Setting) -> str:
    """Ask for a secret, masked, twice; begin again when the two differ."""
    while True:
        first = _asked(
            questionary.password(
                f"{setting.prompt}:", validate=_validator(setting), qmark=_sign(), style=STYLE
            )
        )
        second = _asked(questionary.password("The same again:", qmark=_sign(), style=STYLE))
        if first == second:
            return first
        questionary.print("  The two differ; please type it again.", style="fg:ansired")


def ask_known_secret(setting: Setting) -> str:
    """Ask for a secret that exists already, masked, once."""
    return _asked(questionary.password(f"{setting.prompt}:", qmark=_sign(), style=STYLE))


def ask_setting_text(setting: Setting, default: str = "") -> str:
    """Ask for the value of a setting as text."""
    return ask_text(f"{setting.prompt}:", _validator(setting), default=default)


def ask_text(message: str, validate: Validate, default: str = "") -> str:
    """Ask for a line of text."""
    return _asked(
        questionary.text(message, default=default, validate=validate, qmark=_sign(), style=STYLE)
    ).strip()


def ask_new_value(setting: Setting, current: object) -> str:
    """Ask for another value of a setting; choices are chosen, secrets masked."""
    if setting.is_secret:
        return ask_secret(setting)
    questionary.print(f"  {setting.help}", style="fg:ansibrightblack")
    if setting.choices:
        chosen = questionary.select(
            f"{setting.prompt}:",
            choices=list(setting.choices),
            default=as_text(current),
            qmark=_sign(),
            style=STYLE,
        )
        return _asked(chosen)
    return ask_setting_text(setting, default=as_text(current))


def ask_setting(rows: dict[str, str]) -> str | None:
    """Ask which setting to change; `rows` are the lines to show by key. None goes back."""
    choices: list[str | questionary.Choice | dict[str, Any]] = [
        questionary.Choice(line, value=key) for key, line in rows.items()
    ]
    choices.append(questionary.Choice("Back to the plan", value=""))
    chosen = questionary.select("Which setting?", choices=choices, qmark=_sign(), style=STYLE)
    return _asked(chosen) or None


def ask_word(message: str, words: tuple[str, ...]) -> str:
    """Ask for one of `words`; the first letters are enough, and Enter means the first of them."""

    def validate(text: str) -> bool | str:
        return bool(_meant(text, words)) or f"type one of: {', '.join(words)}"

    typed = ask_text(f"{message} ({'/'.join(words)})", validate)
    return _meant(typed, words)


def _meant(text: str, words: tuple[str, ...]) -> str:
    typed = text.strip().lower()
    return words[0] if not typed else next((word for word in words if word.startswith(typed)), "")


def _validator(setting: Setting) -> Validate:
    def validate(text: str) -> bool | str:
        try:
            parse(setting, text)
        except ValueError as problem:
            return str(problem)
        return True

    return validate


def _sign() -> str:
    return "›" if shows_unicode() else ">"  # noqa: RUF001 - a prompt sign, not a letter


def _asked(question: questionary.Question) -> str:
    try:
        return str(question.unsafe_ask())
    except EOFError:
        raise KeyboardInterrupt from None
