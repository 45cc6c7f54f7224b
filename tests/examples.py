"""A text for every setting, other than its default, that its parser takes."""

from mosaic_installer.core.answers import CATALOGUE


def example(key: str) -> str:
    """Return the example of a setting."""
    return CATALOGUE[key].example
