"""A problem that a look finds."""

from mosaic_installer.core.frozen import frozen


@frozen
class Problem:
    """What is wrong, and what to do about it."""

    message: str
    hint: str
