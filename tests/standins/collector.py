"""A collector that takes traces: what it was sent, as OpenTelemetry's own protobuf has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.standins.server import Asked, StandIn, Told

PROTOBUF = "application/x-protobuf"


@dataclass(frozen=True)
class Taken:
    """A span, with its attributes as plain values."""

    span: Span
    attributes: dict[str, object]

    @property
    def name(self) -> str:
        return self.span.name


def thanks(_: Asked) -> Told:
    """What a collector answers that took everything."""
    return Told(content=PROTOBUF, pieces=[ExportTraceServiceResponse().SerializeToString()])


@contextmanager
def collecting() -> Iterator[StandIn]:
    with StandIn(thanks) as collector:
        yield collector


def batches(collector: StandIn) -> list[bytes]:
    """Each body that it was sent, as it came."""
    return [asked.body for asked in collector.asked]


def spans(collector: StandIn) -> list[Taken]:
    """All spans that it was sent, in their order."""
    found = []
    for body in batches(collector):
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                found += [Taken(each, _plain(each)) for each in scope.spans]
    return found


def _plain(span: Span) -> dict[str, object]:
    values = {each.key: each.value for each in span.attributes}
    return {
        key: getattr(value, value.WhichOneof("value") or "string_value")
        for key, value in values.items()
    }
