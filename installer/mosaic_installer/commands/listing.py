"""What the commands that list, or look for, something have in common."""

from mosaic_installer.errors import AnswersError

NOTHING_FOUND = "Nothing found."
"""What is said, beside stdout, where nothing fits what was looked for."""


def require_some(most: int) -> None:
    """Raise AnswersError where `--limit` leaves nothing to list."""
    if most < 1:
        raise AnswersError("`--limit` is at least 1", "leave it out for 50", identifier="bad-usage")


def whole(text: str) -> str:
    """Return a text without what is no character: arguments may have such bytes."""
    return text.encode(errors="replace").decode()
