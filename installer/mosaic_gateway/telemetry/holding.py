"""Keeps the spans of a request until it is known whose request it is.

Anybody can send requests, and make us send spans by that; collectors may cost by the span, and what
the queue is full of pushes out the rest.
"""

import threading
import time
from collections.abc import Callable

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from mosaic_gateway.telemetry.leaving import cleaned

MOST_HELD = 500
"""Spans of one request."""
STRANGERS_AT_ONCE = 20
STRANGERS_A_SECOND = 1.0


class Holding(SpanProcessor):
    """Hands spans on, cleaned: those of a request when it is released, the others at once."""

    def __init__(self, onward: SpanProcessor) -> None:
        self._onward = onward
        self._lock = threading.Lock()
        self._held: dict[int, list[ReadableSpan]] = {}

    def hold(self, trace: int) -> None:
        """Keep the spans of this trace from now on."""
        with self._lock:
            self._held[trace] = []

    def release(self, trace: int, *, is_kept: bool) -> None:
        """Hand on what was held of a trace, or forget it."""
        with self._lock:
            held = self._held.pop(trace, [])
        for span in held if is_kept else ():
            self._onward.on_end(cleaned(span))

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Nothing to do before it has ended."""

    def on_end(self, span: ReadableSpan) -> None:
        with self._lock:
            held = self._held.get(span.context.trace_id) if span.context else None
            if held is not None:
                # The last one is that of the request itself, and worth more than any other.
                if len(held) >= MOST_HELD:
                    held.pop()
                held.append(span)
                return
        self._onward.on_end(cleaned(span))

    def shutdown(self) -> None:
        self._onward.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._onward.force_flush(timeout_millis)


class Allowance:
    """How many requests of people whom we do not know are told of; the rest is not."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left = float(STRANGERS_AT_ONCE)
        self._at = now()

    def take(self) -> bool:
        """Whether there is one left; if so, it is taken."""
        now = self._now()
        gained = (now - self._at) * STRANGERS_A_SECOND
        self._left, self._at = min(self._left + gained, STRANGERS_AT_ONCE), now
        if self._left < 1:
            return False
        self._left -= 1
        return True
