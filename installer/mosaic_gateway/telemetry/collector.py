"""Sends spans to a collector. What goes wrong there is told to the log once in a while.

It is only ever called by the thread that sends, which nobody waits for.
"""

import logging
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from requests import Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import RequestException, SSLError, Timeout
from requests.utils import get_environ_proxies

from mosaic_gateway.configuration.telemetry_config import TelemetryConfig

ANSWER_SECONDS = 10.0
MOST_READ = 65_536
TOLD_EVERY_SECONDS = 600.0
NO_METRICS = NoOpMeterProvider()
PATH = "/v1/traces"

_LOG = logging.getLogger("mosaic_gateway.telemetry")


class Collector(SpanExporter):
    """Sends batches; one that is refused is lost."""

    def __init__(
        self,
        config: TelemetryConfig,
        patience: float = ANSWER_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`patience` is after how many seconds a batch is given up, with all attempts."""
        # What these say may repeat headers, and comes with every batch or span.
        for name in ("opentelemetry", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._host = config.host
        self._door = Door(config)
        self._exporter = OTLPSpanExporter(
            endpoint=config.endpoint + PATH,
            timeout=patience,
            compression=Compression.NoCompression,
            session=self._door,
            meter_provider=NO_METRICS,
        )
        self._now = now
        self._lost = 0
        self._told_at: float | None = None
        self._is_told = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._arrived()
        else:
            self._failed(len(spans))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # it says nothing of its types

    def _arrived(self) -> None:
        if self._is_told:
            _LOG.info("traces reach %s again", self._host)
        self._is_told, self._lost = False, 0

    def _failed(self, count: int) -> None:
        self._lost += count
        now = self._now()
        if self._told_at is not None and now - self._told_at < TOLD_EVERY_SECONDS:
            return
        self._told_at, self._is_told = now, True
        _LOG.warning(
            "traces do not reach %s: %s (%d spans lost)", self._host, self._door.trouble, self._lost
        )
        self._lost = 0


class Door(Session):
    """Sends to one collector: its headers go nowhere else, and nothing long is read from it."""

    def __init__(self, config: TelemetryConfig) -> None:
        super().__init__()
        # A .netrc would replace our headers; headers for another collector may be there, too.
        self.trust_env = False
        self.proxies.update(get_environ_proxies(config.endpoint))
        self.mount("https://", _SystemTrust())
        self._own = {**dict(config.headers), "Content-Type": "application/x-protobuf"}
        self.trouble = "it cannot be asked"

    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> Response:  # type: ignore[override]  # as it is called by its one user
        """Send; raises RequestException, and for an answer that no collector gives."""
        options |= {"headers": self._own, "allow_redirects": False, "stream": True}
        try:
            answer = super().request(method, url, **options)
            with answer:
                answer.raw.read(MOST_READ)
        except Exception as error:
            self.trouble = _trouble(error)
            raise
        self.trouble = f"it answers with status {answer.status_code}"
        if 300 <= answer.status_code < 400:
            self.trouble = "it redirects to another address"
            raise RequestException(self.trouble)
        if answer.ok and answer.headers.get("content-type", "").startswith("text/html"):
            self.trouble = "it answers with a web page"
            raise RequestException(self.trouble)
        return answer


class _SystemTrust(HTTPAdapter):
    """Believes in the authorities that this host does, and in those of SSL_CERT_FILE."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, ssl_context=ssl.create_default_context())


def _trouble(error: Exception) -> str:
    match error:
        case SSLError():
            return "its certificate is not trusted"
        case Timeout():
            return "it does not answer in time"
        case NotConnected():
            return "it cannot be reached, or breaks off"
        case _:
            return "it cannot be asked"
