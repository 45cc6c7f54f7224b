"""Questions about settings, in whatever conversation: refused live, secrets never shown."""

from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.settling.interview import parse
from mosaic_installer.ui.conversation import Choice, Conversation, Page, Validate
from mosaic_installer.ui.glossary import GLOSSARY

CONFIRM = "Confirm password"
"""What asks for a secret a second time; the only one that is made up here is a password."""
DIFFERENT = "The two passwords do not match. Type it again."


def ask_setting(
    talk: Conversation,
    setting: Setting,
    current: str = "",
    *,
    can_go_back: bool = False,
    is_set: bool = False,
) -> str:
    """Ask for the value of a setting as text, beginning at the current one.

    For a secret that is optional, the empty text leaves it as it is; `is_set`: there is one.
    """
    message = f"{setting.prompt}:"
    if setting.is_secret:
        return ask_secret(talk, setting, can_go_back=can_go_back, is_set=is_set)
    if setting.kind.words:
        return talk.choose(
            message,
            choices_of(setting, current),
            default=current,
            can_go_back=can_go_back,
            explained=explanation_of(setting),
        )
    return talk.text(message, validator(setting), default=current, can_go_back=can_go_back)


def choices_of(setting: Setting, current: str = "") -> tuple[Choice, ...]:
    """Return the answers that there are to a setting, each with what it is good for.

    One that is not for everybody is there only where it is the current one.
    """
    return tuple(
        Choice(value=word, label=word, hint=hint)
        for word, hint in setting.kind.hints.items()
        if word == current or word not in setting.kind.unlisted
    )


def explanation_of(setting: Setting) -> Page | None:
    """Return what the words of a setting mean, where its hints take them for known."""
    return GLOSSARY if setting.key == "tier" else None


def ask_secret(
    talk: Conversation, setting: Setting, *, can_go_back: bool = False, is_set: bool = False
) -> str:
    """Ask for a secret; one that is made up here is typed twice, until the two are the same."""
    if setting.is_optional:
        message = f"{setting.prompt} (press Enter to {'leave it unchanged' if is_set else 'skip'}):"
        return talk.secret(message, _or_nothing(validator(setting)), can_go_back=can_go_back)
    while True:
        first = talk.secret(f"{setting.prompt}:", validator(setting), can_go_back=can_go_back)
        second = talk.secret(f"{CONFIRM}:", _anything, can_go_back=can_go_back)
        if first == second:
            return first
        talk.say(DIFFERENT, "error")


def ask_known_secret(talk: Conversation, setting: Setting) -> str:
    """Ask for a secret that exists already, once."""
    return talk.secret(f"{setting.prompt}:", _anything)


def ask_word(
    talk: Conversation, message: str, words: tuple[str, ...], *, can_go_back: bool = False
) -> str:
    """Ask for one of `words`; the first letters are enough, and Enter means the first of them.

    What was typed before the question is no answer to it.
    """

    def validate(text: str) -> bool | str:
        return bool(_meant(text, words)) or f"type one of: {', '.join(words)}"

    talk.forget_typed()
    typed = talk.text(f"{message} ({'/'.join(words)})", validate, can_go_back=can_go_back)
    return _meant(typed, words)


def validator(setting: Setting) -> Validate:
    """Return what says, while a text is typed, whether it is a value of the setting."""

    def validate(text: str) -> bool | str:
        try:
            parse(setting, text)
        except ValueError as problem:
            return str(problem)
        return True

    return validate


def _or_nothing(validate: Validate) -> Validate:
    return lambda text: True if not text.strip() else validate(text)


def _anything(_text: str) -> bool | str:
    return True


def _meant(text: str, words: tuple[str, ...]) -> str:
    typed = text.strip().lower()
    return words[0] if not typed else next((word for word in words if word.startswith(typed)), "")
