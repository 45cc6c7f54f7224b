"""Whose spans are sent and what of them, which statements have one, where they go."""

import json
import logging
from pathlib import Path

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import Span

from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.telemetry_config import TelemetryConfig, read_telemetry
from mosaic_gateway.errors import SettingsError
from mosaic_gateway.telemetry.holding import MOST_HELD, STRANGERS_AT_ONCE, Allowance, Holding
from mosaic_gateway.telemetry.leaving import LONGEST_TEXT
from mosaic_gateway.telemetry.statements import name_of

pytestmark = pytest.mark.unit

KEY = "a-key-0123456789"
ON = {"enabled": True, "endpoint": "http://127.0.0.1:4318/", "headersVariable": "MOSAIC_A_LINE"}


def read(folder: Path, section: object, **variables: str) -> TelemetryConfig | None:
    file = folder / "mosaic.config.json"
    file.write_text(json.dumps({"telemetry": section} if section is not None else {}))
    return read_telemetry(file, Environment(variables, None))


def test_where_traces_go_and_with_what(tmp_path: Path) -> None:
    found = read(tmp_path, ON, MOSAIC_A_LINE=f"authorization=Bearer%20{KEY} , x-tenant=mine")
    headers = (("authorization", f"Bearer {KEY}"), ("x-tenant", "mine"))
    assert found == TelemetryConfig("http://127.0.0.1:4318", headers)
    assert KEY not in repr(found)
    assert TelemetryConfig("https://ada:secret@c.example/otlp").host == "https://c.example"


@pytest.mark.parametrize("section", [None, {}, {"enabled": False, "endpoint": "http://x"}])
def test_it_is_off_unless_it_is_on(tmp_path: Path, section: object) -> None:
    assert read(tmp_path, section) is None


def test_what_is_missing_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    assert read(tmp_path, {"enabled": True, "endpoint": None}) is None
    without = read(tmp_path, ON)
    assert without is not None
    assert without.headers == ()
    assert [each.getMessage() for each in caplog.records] == [
        "telemetry is off: no collector is named",
        "`MOSAIC_A_LINE` is not set: the collector is sent no headers",
    ]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        ({"enabled": "yes"}, KEY, "`telemetry.enabled`"),
        ({"endpoint": "ftp://x"}, KEY, "`telemetry.endpoint`"),
        ({"endpoint": "http://x:99999"}, KEY, "`telemetry.endpoint`"),
        ({}, KEY, "`MOSAIC_A_LINE` is not a line of headers"),
        ({}, f"x={KEY}%0d%0ay=z", "`MOSAIC_A_LINE` is not a line of headers"),
        ({}, f"x y={KEY}", "`MOSAIC_A_LINE` is not a line of headers"),
        ({}, f"x={KEY},", "`MOSAIC_A_LINE` is not a line of headers"),
    ],
)
def test_what_cannot_be_used_is_located_and_no_key_is_shown(
    tmp_path: Path, change: dict[str, object], line: str, words: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, ON | change, MOSAIC_A_LINE=line)
    assert words in refused.value.message
    assert KEY not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT users.id FROM users WHERE users.name = 'tokens'", ("SELECT", "users")),
        ("INSERT INTO turns (id) VALUES (?)", ("INSERT", "turns")),
        ("UPDATE tokens SET used_at=?", ("UPDATE", "tokens")),
        ("DELETE FROM audit WHERE at < ?", ("DELETE", "audit")),
        ("WITH a AS (SELECT 1) SELECT * FROM a JOIN turns ON 1", ("SELECT", "turns")),
        ("SELECT 1 FROM what_somebody_typed", ("SELECT", None)),
        ("BEGIN IMMEDIATE", ("BEGIN", None)),
        ("BEGIN DEFERRED", None),
        ("SET lock_timeout = '8s'", None),
        ("", None),
    ],
)
def test_of_a_statement_its_operation_and_our_table_are_told(
    statement: str, name: tuple[str, str | None] | None
) -> None:
    assert name_of(statement) == name


class Kept(SpanProcessor):
    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


def test_only_what_is_on_the_list_leaves() -> None:
    kept = Kept()
    provider = TracerProvider(resource=Resource({}), shutdown_on_exit=False)
    provider.add_span_processor(Holding(kept))
    attributes = {"gen_ai.tool.definitions": KEY, "gen_ai.response.model": "m" * 999}
    try:
        with provider.get_tracer("a").start_as_current_span("b", attributes=attributes) as span:
            span.add_event("an event", {"text": KEY})
            raise ValueError(KEY)
    except ValueError:
        pass
    [sent] = kept.spans
    assert sent.attributes == {
        "gen_ai.response.model": "m" * LONGEST_TEXT,
        "error.type": "ValueError",
    }
    assert KEY not in sent.to_json()


def test_spans_are_held_until_it_is_known_whose_they_are() -> None:
    kept = Kept()
    holding = Holding(kept)
    provider = TracerProvider(resource=Resource({}), shutdown_on_exit=False)
    provider.add_span_processor(holding)
    tracer, late = provider.get_tracer("a"), list[Span]()
    for is_kept in (False, True):
        with tracer.start_as_current_span("request") as root:
            trace = root.get_span_context().trace_id
            holding.hold(trace)
            for _ in range(MOST_HELD + 10):
                tracer.start_span("child").end()
            late.append(tracer.start_span("late"))
        assert kept.spans == []
        holding.release(trace, is_kept=is_kept)
    assert len(kept.spans) == MOST_HELD
    assert kept.spans[-1].name == "request"
    late[-1].end()
    assert kept.spans[-1].name == "late"


def test_of_strangers_little_is_told() -> None:
    now = [0.0]
    allowance = Allowance(lambda: now[0])
    assert sum(allowance.take() for _ in range(1000)) == STRANGERS_AT_ONCE
    now[0] = 3.0
    assert sum(allowance.take() for _ in range(1000)) == 3
    now[0] = 86_400.0
    assert sum(allowance.take() for _ in range(1000)) == STRANGERS_AT_ONCE
