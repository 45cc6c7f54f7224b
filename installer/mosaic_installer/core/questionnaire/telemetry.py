"""The rows of the questionnaire about telemetry: off, unless somebody turns it on."""

import re
from typing import Annotated
from urllib.parse import unquote

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import WITH_CONTAINERS, With, Without
from mosaic_installer.core.questionnaire.kinds import PORT, YES_NO, Kind
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.questionnaire.web_address import WEB_ADDRESS
from mosaic_installer.core.secret import Secret

COLLECTOR_PORT = 4318
"""OTLP over HTTP (opentelemetry.io/docs/specs/otlp)."""

WITH_COLLECTOR = (WITH_CONTAINERS, With("telemetry.enabled"), Without("telemetry.endpoint"))
"""There is a collector of this installation."""


def parse_headers(text: str) -> Secret:
    """Accept headers in one line; never says anything of the text, which holds a secret.

    https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
    """
    row = text.strip()
    pairs = [part.strip().partition("=") for part in row.split(",")]
    is_told = all(re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII) for name, _, _ in pairs)
    if not is_told or not all(re.fullmatch(r"[!-~]+", value) for _, _, value in pairs):
        raise ValueError("headers look like `authorization=Bearer%20TOKEN,x-tenant=mine`")
    return Secret(row)


def headers_in(secret: Secret) -> dict[str, str]:
    """Return the headers that an accepted line gives."""
    pairs = (part.strip().partition("=") for part in secret.reveal().split(","))
    return {name: unquote(value) for name, _, value in pairs}


HEADERS = Kind(
    parse=parse_headers,
    examples=("x-example=0123456789",),
    accepts="Headers as `name=value`, separated by commas.",
    is_secret=True,
)


@frozen
class TelemetryAnswers:
    """Whether there is somebody to take the gateway's traces, and who."""

    enabled: Annotated[
        bool,
        Setting(
            key="telemetry.enabled",
            variable="MOSAIC_TELEMETRY",
            prompt="Telemetry",
            help="Sends traces to a bundled collector (not with tier `local`) or to "
            "`telemetry.endpoint`. Nothing leaves your machines unless you say so.",
            kind=YES_NO,
            default="off",
        ),
    ]
    endpoint: Annotated[
        str | None,
        Setting(
            key="telemetry.endpoint",
            variable="OTEL_EXPORTER_OTLP_ENDPOINT",
            prompt="External collector URL",
            help="A URL that accepts OTLP over HTTP (usually port 4318).",
            kind=WEB_ADDRESS,
            when=(With("telemetry.enabled"),),
            default_note="none: the bundled collector",
            is_optional=True,
        ),
    ]
    otlp_headers: Annotated[
        Secret | None,
        Setting(
            key="telemetry.otlp_headers",
            variable="OTEL_EXPORTER_OTLP_HEADERS",
            prompt="Collector headers",
            help="Headers that the collector asks for, as `name=value,name=value` with special "
            "characters as %XX; saved in secrets.toml only, `none` removes them.",
            kind=HEADERS,
            when=(With("telemetry.enabled"), With("telemetry.endpoint")),
            default_note="none",
            is_optional=True,
        ),
    ]
    collector_port: Annotated[
        int,
        Setting(
            key="telemetry.collector_port",
            variable="MOSAIC_COLLECTOR_PORT",
            prompt="Collector port on this machine",
            help="Published on 127.0.0.1 if you set it, or if the gateway runs as a process.",
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
            prompt="Jaeger port",
            help="Open it in a browser on this machine to see the traces.",
            kind=PORT,
            when=WITH_COLLECTOR,
            default="16686",
        ),
    ]
