"""Traces of requests, as OpenTelemetry has them.

Each request is a trace of its own. Whoever calls may send a `traceparent`, but nobody decides by it
what is traced, or to which trace it belongs: for those whom we know it becomes a link.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from mosaic_gateway.configuration.telemetry_config import TelemetryConfig
from mosaic_gateway.telemetry.collector import NO_METRICS, Collector
from mosaic_gateway.telemetry.holding import Allowance, Holding
from mosaic_gateway.version import version

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SERVICE = "mosaic-gateway"
SENT_EVERY_MS = 2000
MOST_WAITING = 2048
MOST_TOGETHER = 512
LONGEST_END_SECONDS = 1.5
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
OTHER = "_OTHER"  # what the conventions call a method that nobody knows
IS_KNOWN = "is_known"


class Traces:
    """Makes the spans of a gateway, and has them sent."""

    def __init__(self, config: TelemetryConfig, runner: str) -> None:
        batches = BatchSpanProcessor(
            Collector(config),
            max_queue_size=MOST_WAITING,
            schedule_delay_millis=SENT_EVERY_MS,
            max_export_batch_size=MOST_TOGETHER,
            meter_provider=NO_METRICS,
        )
        self._holding = Holding(batches)
        self._strangers = Allowance()
        # Not `Resource.create`: that takes more from the environment than anybody asked for.
        names = {
            "service.name": SERVICE,
            "service.version": version(),
            "service.instance.id": runner,
        }
        self.provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource(names),
            shutdown_on_exit=False,
        )
        self.provider.add_span_processor(self._holding)
        self.tracer = self.provider.get_tracer("mosaic_gateway", version())

    @contextmanager
    def span(self, name: str) -> Iterator[Span]:
        """A span within that of the request; an error is told by its type alone."""
        with self.tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as error:
                _fail(span, type(error).__name__)
                raise

    async def request(
        self, app: "ASGIApp", scope: "Scope", receive: "Receive", send: "Send"
    ) -> None:
        """Answer a request, and tell of that."""
        span = self.tracer.start_span(_method(scope), Context(), SpanKind.SERVER)
        self._holding.hold(span.get_span_context().trace_id)
        status = 0

        async def send_noting(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = attach(set_span_in_context(span, Context()))
        try:
            await app(scope, receive, send_noting)
        except BaseException as error:
            _fail(span, type(error).__name__)
            raise
        finally:
            detach(token)
            self._end(span, scope, status)

    def close(self) -> None:
        """Send what is left; a collector that does not answer is not waited for."""
        sending = threading.Thread(target=self.provider.shutdown, daemon=True)
        sending.start()
        sending.join(LONGEST_END_SECONDS)

    def _end(self, span: Span, scope: "Scope", status: int) -> None:
        method, route = _method(scope), getattr(scope.get("route"), "path", None)
        span.set_attribute("http.request.method", method)
        if route is not None:
            span.update_name(f"{method} {route}")
            span.set_attribute("http.route", route)
        if status:
            span.set_attribute("http.response.status_code", status)
        if status >= 500:
            _fail(span, str(status))
        is_known = scope.get("state", {}).get(IS_KNOWN, False)
        if is_known and (caller := _traced_by(scope)) is not None:
            span.add_link(caller)
        span.end()
        # Who signs in is a stranger until that is done.
        is_kept = is_known or (route is not None and 0 < status < 400) or self._strangers.take()
        self._holding.release(span.get_span_context().trace_id, is_kept=is_kept)


def _method(scope: "Scope") -> str:
    return scope["method"] if scope["method"] in METHODS else OTHER


def _fail(span: Span, kind: str) -> None:
    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute("error.type", kind)


def _traced_by(scope: "Scope") -> SpanContext | None:
    """The span of the caller that a request comes from, without the words beside it."""
    said = [value for name, value in scope["headers"] if name == b"traceparent"]
    if len(said) != 1:
        return None
    carrier = {"traceparent": said[0].decode("latin-1")}
    context = TraceContextTextMapPropagator().extract(carrier, Context())
    found = get_current_span(context).get_span_context()
    return SpanContext(found.trace_id, found.span_id, is_remote=True) if found.is_valid else None
