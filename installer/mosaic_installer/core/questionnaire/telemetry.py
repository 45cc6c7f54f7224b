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


HEADERS = Kind(parse=parse_headers, examples=("x-example=0123456789",), is_secret=True)


@frozen
class TelemetryAnswers:
    """Whether there is somebody to take the gateway's traces, and who."""

    enabled: Annotated[
        bool,
        Setting(
            key="telemetry.enabled",
            variable="MOSAIC_TELEMETRY",
            prompt="Telemetry",
            help="Where a gateway that makes traces sends them: to a collector of this "
            "installation (not with tier `local`), or to `telemetry.endpoint`; to nobody else.",
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
    otlp_headers: Annotated[
        Secret | None,
        Setting(
            key="telemetry.otlp_headers",
            variable="OTEL_EXPORTER_OTLP_HEADERS",
            prompt="Headers for that collector",
            help="What it knows you by, as `name=value,name=value` with special characters as %XX; "
            "kept in secrets.toml only, `none` removes it.",
            kind=HEADERS,
            when=(With("telemetry.enabled"), With("telemetry.endpoint")),
            default_note="none: it wants none",
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
