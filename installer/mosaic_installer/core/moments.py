"""Moments as people read them; the gateway tells them in UTC, as ISO 8601."""

_MINUTES = len("2026-01-31T12:00")


def to_the_minute(moment: str) -> str:
    """Return `2026-01-31 12:00` of a moment in that form, whatever follows."""
    return moment[:_MINUTES].replace("T", " ")
