"""Spans of what is asked of a provider (`gen_ai.*`), without what was said.

Imported by the thread that loads the clients, as they are.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from opentelemetry.metrics import NoOpMeterProvider
from pydantic_ai.models.instrumented import InstrumentationSettings

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider


class WithoutContent(InstrumentationSettings):
    """The library's own; even without content, that tells how everything that was said looks."""

    def handle_messages(self, *_: Any, **__: Any) -> None:
        """Tell nothing of it; for a long conversation, that would take a while as well."""


@cache
def instrumentation(provider: object | None) -> InstrumentationSettings | Literal[False]:
    """How to trace what is asked; not at all, where nothing makes spans."""
    if provider is None:
        return False
    return WithoutContent(
        tracer_provider=cast("TracerProvider", provider),
        meter_provider=NoOpMeterProvider(),
        include_content=False,
        include_binary_content=False,
        include_model_request_parameters=False,
    )
