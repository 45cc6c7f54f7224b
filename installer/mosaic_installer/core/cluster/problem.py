"""A problem of a Swarm, as `mosaic cluster check` tells it."""

from mosaic_installer.core.frozen import frozen


@frozen
class Problem:
    """What is wrong, and what to do about it."""

    message: str
    hint: str
