"""Spans of what is asked of the database: which operation on which table, and never a statement."""

import re
from collections.abc import Mapping
from typing import Any

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, get_current_span
from sqlalchemy import Connection
from sqlalchemy.engine import ExceptionContext

from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import METADATA

OPERATIONS: Mapping[str, str] = {
    **{name: name for name in ("SELECT", "INSERT", "UPDATE", "DELETE")},
    "WITH": "SELECT",
}
WAITS = "BEGIN IMMEDIATE"
"""Where whoever writes to SQLite waits for their turn."""
_WORD = re.compile(r"\w+")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w+)", re.IGNORECASE)


def trace_statements(storage: Storage, tracer: Tracer) -> None:
    """Trace every statement that is part of a request; what nobody asked for is not traced."""

    def begin(
        connection: Connection, _: object, statement: str, __: object, context: Any, ___: object
    ) -> None:
        named = name_of(statement)
        if named is None or not get_current_span().is_recording():
            return
        operation, table = named
        attributes = {
            "db.system.name": connection.dialect.name,
            "db.operation.name": operation,
            **({"db.collection.name": table} if table else {}),
        }
        name = f"{operation} {table}" if table else operation
        context.mosaic_span = tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)

    storage.listen("before_cursor_execute", begin)
    storage.listen("after_cursor_execute", _end)
    storage.listen("handle_error", _fail)


def name_of(statement: str) -> tuple[str, str | None] | None:
    """The operation and our table of a statement; None for one that is not worth a span."""
    if statement == WAITS:
        return "BEGIN", None
    first = _WORD.search(statement)
    operation = OPERATIONS.get(first[0].upper()) if first else None
    if operation is None:
        return None
    tables = (each for each in _TABLE.findall(statement) if each in METADATA.tables)
    return operation, next(tables, None)


def _end(*arguments: Any) -> None:
    span = _span_of(arguments[4])
    if span is not None:
        span.end()


def _fail(failure: ExceptionContext) -> None:
    span = _span_of(failure.execution_context)
    if span is not None:
        span.set_status(Status(StatusCode.ERROR))
        span.set_attribute("error.type", type(failure.original_exception).__name__)
        span.end()


def _span_of(context: object) -> Span | None:
    """What was begun for this execution, of which the connection may be gone by now."""
    span: Span | None = getattr(context, "mosaic_span", None)
    return span
