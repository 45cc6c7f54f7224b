"""What a collector may answer, on a real socket: nothing is told twice, no key goes elsewhere."""

import logging
from pathlib import Path

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext
from tests.standins.collector import thanks
from tests.standins.server import StandIn, Told

from mosaic_gateway.configuration.telemetry_config import TelemetryConfig
from mosaic_gateway.telemetry.collector import TOLD_EVERY_SECONDS, Collector

pytestmark = pytest.mark.gateway

KEY = "key-of-the-collector-0123456789"
SPAN = ReadableSpan("a", context=SpanContext(1, 1, is_remote=False), resource=Resource({}))
PATIENCE = 0.3


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def collector_at(url: str, clock: Clock | None = None) -> Collector:
    return Collector(TelemetryConfig(url, (("x-key", KEY),)), PATIENCE, clock or Clock())


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Told(status=500, body=KEY), "it answers with status 500"),
        (Told(status=401), "it answers with status 401"),
        (Told(status=503, headers={"Retry-After": "99"}), "it answers with status 503"),
        (Told(body="<html>", content="text/html; charset=utf-8"), "it answers with a web page"),
        (Told(pieces=iter([b"x"] * 100_000)), None),
    ],
)
def test_an_answer_is_told_in_words_of_ours(
    caplog: pytest.LogCaptureFixture, answer: Told, words: str | None
) -> None:
    caplog.set_level(logging.INFO)
    with StandIn(lambda _: answer) as service:
        result = collector_at(service.url).export([SPAN])
        [asked] = service.asked
    assert (asked.path, asked.headers["x-key"]) == ("/v1/traces", KEY)
    assert result is (SpanExportResult.FAILURE if words else SpanExportResult.SUCCESS)
    lost = f"traces do not reach {service.url}: {words} (1 spans lost)"
    assert told(caplog) == ([lost] if words else [])


def test_no_key_follows_a_redirection(caplog: pytest.LogCaptureFixture) -> None:
    with StandIn(thanks) as other:
        answer = Told(status=307, headers={"Location": f"{other.url}/v1/traces"})
        with StandIn(lambda _: answer) as service:
            assert collector_at(service.url).export([SPAN]) is SpanExportResult.FAILURE
        assert other.asked == []
    assert "it redirects to another address" in told(caplog)[0]


def test_one_that_is_gone_is_told_of_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    with StandIn(thanks) as service:
        pass
    collector = collector_at(service.url, clock)
    for _ in range(3):
        collector.export([SPAN, SPAN])
    clock.now = TOLD_EVERY_SECONDS
    collector.export([SPAN, SPAN])
    with StandIn(thanks, port=service.port):
        collector.export([SPAN])
    where = f"traces do not reach {service.url}: it cannot be reached, or breaks off"
    again = f"traces reach {service.url} again"
    assert told(caplog) == [f"{where} (2 spans lost)", f"{where} (6 spans lost)", again]


def test_nothing_is_taken_from_the_surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another program's headers, and a password that somebody keeps for this host."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-other=of-another")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password of-another\n")
    with StandIn(thanks) as service:
        assert collector_at(service.url).export([SPAN]) is SpanExportResult.SUCCESS
        assert "of-another" not in str(service.asked)
        assert "authorization" not in service.asked[0].headers
