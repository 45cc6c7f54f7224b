"""How the one question at the end of an installation is told, in every view."""

from mosaic_installer.core.events import QuestionAnswered, QuestionAsked, QuestionFailed
from mosaic_installer.ui.output import readable


def told(event: QuestionAsked | QuestionAnswered | QuestionFailed) -> str:
    """Return it in words; what providers and models say of themselves moves no cursor."""
    match event:
        case QuestionAsked():
            return "Asking a model one question ..."
        case QuestionAnswered():
            reason = f" ({readable(event.reason)})" if event.reason else ""
            return f"{readable(event.model)} answered after {event.milliseconds} ms{reason}"
        case QuestionFailed():
            message = f"warning: no model answers yet: {readable(event.message)}"
            return f"{message}\n  hint: {event.hint}"
