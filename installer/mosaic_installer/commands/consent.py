"""A word before something goes for good: `--yes`, or an answer at a terminal."""

from mosaic_installer.errors import AnswersError
from mosaic_installer.ui import output
from mosaic_installer.ui.terminal import is_interactive


def agrees_to_remove(what: str, with_it: str, *, assume_yes: bool) -> bool:
    """Return whether the person wants it; raises `AnswersError` where nobody can be asked."""
    question = f"Remove {what} and {with_it}?"
    return agrees(question, f"{what} would be removed for good", assume_yes=assume_yes)


def agrees(question: str, refusal: str, *, assume_yes: bool) -> bool:
    """Return the answer to a question; `refusal` is said, and raised, where nobody can be asked."""
    if assume_yes:
        return True
    if not is_interactive():
        raise AnswersError(refusal, "add `--yes` to agree")
    from mosaic_installer.ui.opening import open_conversation
    from mosaic_installer.ui.questions import ask_word

    if ask_word(open_conversation(), question, ("no", "yes")) == "yes":
        return True
    output.say("Nothing was changed.")
    return False
