"""What the commands that list something have in common."""

from mosaic_installer.errors import AnswersError


def require_some(most: int) -> None:
    """Raise AnswersError where `--limit` leaves nothing to list."""
    if most < 1:
        raise AnswersError("`--limit` is at least 1", "leave it out for 50", identifier="bad-usage")
