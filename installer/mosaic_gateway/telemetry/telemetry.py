"""Telemetry as the rest of the gateway knows it: nothing of OpenTelemetry is imported here.

That is done by a thread once the gateway listens; what happens before is not traced.
"""

import logging
import threading
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from mosaic_gateway.configuration.telemetry_config import TelemetryConfig
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.tracing import Span, Tracing

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from mosaic_gateway.telemetry.traces import Traces

UNTRACED = frozenset({"/", "/health", "/health/ready"})
"""What monitors ask, every few seconds and for ever."""

_LOG = logging.getLogger("mosaic_gateway.telemetry")


class Telemetry(Tracing):
    """Traces the requests of a gateway, if there is a collector for that."""

    def __init__(self, config: TelemetryConfig | None, runner: str) -> None:
        """`runner` tells this gateway from others."""
        self._config = config
        self._runner = runner
        self._traces: Traces | None = None

    @property
    def provider(self) -> object | None:
        return self._traces.provider if self._traces else None

    def span(self, name: str) -> AbstractContextManager[Span]:
        return self._traces.span(name) if self._traces else super().span(name)

    def around(self, app: "ASGIApp") -> "ASGIApp":
        """The application with its requests traced, from when `begin` is done."""
        return app if self._config is None else _Traced(app, self)

    @property
    def traces(self) -> "Traces | None":
        return self._traces

    def begin(self, storage: Storage) -> None:
        """Begin to load what it takes; nothing at all where it is off."""
        if self._config is not None:
            arguments = (self._config, storage)
            threading.Thread(target=self._load, args=arguments, daemon=True).start()

    def close(self) -> None:
        """Send what is left, for as long as an end may take."""
        if self._traces is not None:
            self._traces.close()

    def _load(self, config: TelemetryConfig, storage: Storage) -> None:
        try:
            from mosaic_gateway.telemetry.statements import trace_statements
            from mosaic_gateway.telemetry.traces import Traces

            traces = Traces(config, self._runner)
            trace_statements(storage, traces.tracer)
        except Exception as error:  # noqa: BLE001 - the gateway works without
            _LOG.warning("telemetry is off: it cannot be loaded (%s)", type(error).__name__)
            return
        self._traces = traces
        _LOG.info("traces go to %s", config.host)


class _Traced:
    def __init__(self, app: "ASGIApp", telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        traces = self._telemetry.traces
        if traces is None or scope["type"] != "http" or scope["path"] in UNTRACED:
            return await self._app(scope, receive, send)
        return await traces.request(self._app, scope, receive, send)
