"""The rows of the questionnaire about telemetry: off, unless somebody turns it on."""

from dataclasses import dataclass
from typing import Annotated

from mosaic_installer.core.questionnaire.conditions import WITH_CONTAINERS, With, Without
from mosaic_installer.core.questionnaire.kinds import PORT, YES_NO
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.questionnaire.web_address import WEB_ADDRESS

COLLECTOR_PORT = 4318
"""OTLP over HTTP (opentelemetry.io/docs/specs/otlp)."""

WITH_COLLECTOR = (WITH_CONTAINERS, With("telemetry.enabled"), Without("telemetry.endpoint"))
"""There is a collector of this installation."""


@dataclass(frozen=True, kw_only=True)
class TelemetryAnswers:
    """Whether traces are made of what the gateway does, and who gets them."""

    enabled: Annotated[
        bool,
        Setting(
            key="telemetry.enabled",
            variable="MOSAIC_TELEMETRY",
            prompt="Telemetry",
            help="Traces of what the gateway does, for nobody but you: to a collector of this "
            "installation (not with tier `local`), or to `telemetry.endpoint`.",
            kind=YES_NO,
            default="off",
        ),
    ]
    endpoint: Annotated[
        str | None,
        Setting(
            key="telemetry.endpoint",
            variable="OTEL_EXPORTER_OTLP_ENDPOINT",
            prompt="Collector of your own",
            help="An address that takes OTLP over HTTP (usually port 4318).",
            kind=WEB_ADDRESS,
            when=(With("telemetry.enabled"),),
            default_note="none: a collector of this installation",
            is_optional=True,
        ),
    ]
    collector_port: Annotated[
        int,
        Setting(
            key="telemetry.collector_port",
            variable="MOSAIC_COLLECTOR_PORT",
            prompt="Port of the collector on this machine",
            help="Published on 127.0.0.1 when it is chosen, or when the gateway is a process.",
            kind=PORT,
            when=WITH_COLLECTOR,
            default=str(COLLECTOR_PORT),
        ),
    ]
    jaeger_port: Annotated[
        int,
        Setting(
            key="telemetry.jaeger_port",
            variable="MOSAIC_JAEGER_PORT",
            prompt="Port of Jaeger",
            help="Where a browser on this machine sees the traces.",
            kind=PORT,
            when=WITH_COLLECTOR,
            default="16686",
        ),
    ]
