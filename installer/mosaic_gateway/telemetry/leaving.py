"""What of a span may leave the gateway: a list, so that nothing new does by itself.

Libraries put more into spans than we ask them for, such as the definitions of a client's tools, and
the texts of errors.
"""

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Status

ALLOWED = frozenset(
    {
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "error.type",
        "db.system.name",
        "db.operation.name",
        "db.collection.name",
        "mosaic.route.task",
        "mosaic.route.reason",
        "mosaic.route.provider",
        "mosaic.route.model",
        "mosaic.route.chain_length",
        "mosaic.summary.turns",
        "gen_ai.operation.name",
        "gen_ai.provider.name",
        "gen_ai.request.model",
        "gen_ai.request.max_tokens",
        "gen_ai.request.temperature",
        "gen_ai.request.top_p",
        "gen_ai.response.model",
        "gen_ai.response.finish_reasons",
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.embeddings.dimension.count",
        "gen_ai.client.operation.time_to_first_chunk",
        "operation.cost",
        "server.address",
        "server.port",
    }
)
ERROR = "error.type"
LONGEST_TEXT = 256
"""A provider says what it likes, also of its model's name."""


def cleaned(span: ReadableSpan) -> ReadableSpan:
    """The span with what may leave, and no events: of an error, only its type is told."""
    attributes = {
        name: value[:LONGEST_TEXT] if isinstance(value, str) else value
        for name, value in (span.attributes or {}).items()
        if name in ALLOWED
    }
    for event in span.events:
        kind = (event.attributes or {}).get("exception.type")
        if isinstance(kind, str):
            attributes.setdefault(ERROR, kind)
    return ReadableSpan(
        span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
