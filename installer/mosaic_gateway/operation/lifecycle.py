"""What a server does at its beginning and at its end, besides answering."""

from collections.abc import Callable
from typing import NamedTuple


class Lifecycle(NamedTuple):
    """What is called when, and for how long a server that was told to stop still accepts."""

    once_listening: Callable[[], None]
    """Called a moment after it has begun to listen."""
    drain_seconds: float
    """How long it goes on once it is told to stop: whoever shares out requests has to notice."""
    once_leaving: Callable[[], None]
    """Called at the beginning of that time."""
