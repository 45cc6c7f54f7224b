"""What is told to whoever traces: spans with a name and plain values, and no words of users.

Where telemetry is off nobody listens, and nothing is imported for it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Value = str | int | float | bool


class Span(Protocol):
    """A piece of work that is going on."""

    def set_attributes(self, attributes: Mapping[str, Value]) -> None:
        """Tell something of it."""


class Tracing:
    """Tells nobody anything; what does is a kind of it."""

    @property
    def provider(self) -> object | None:
        """What libraries make spans of their own with (OpenTelemetry's TracerProvider), if any."""
        return None

    def span(self, name: str) -> AbstractContextManager[Span]:
        """A span around some work, within the request that it is done for."""
        return nullcontext(_NOTHING)


class _Nothing:
    def set_attributes(self, attributes: Mapping[str, Value]) -> None:
        """Nobody listens."""


_NOTHING = _Nothing()
