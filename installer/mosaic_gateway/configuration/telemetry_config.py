"""Where `mosaic.config.json` has traces sent to."""

import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mosaic_gateway.configuration.config_section import Section, read_document
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.errors import SettingsError

EXAMPLE = "http://127.0.0.1:4318"

_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)

_LOG = logging.getLogger("mosaic_gateway.configuration")


@dataclass(frozen=True)
class TelemetryConfig:
    """A collector that takes OTLP over HTTP at `endpoint`, and what it knows us by."""

    endpoint: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def host(self) -> str:
        """Where it is, as it may be shown."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def read_telemetry(file: Path, environment: Environment) -> TelemetryConfig | None:
    """Read the section `telemetry`; None where it is off, or absent.

    Raises SettingsError naming what is wrong and where. Without a collector it is off as well, and
    the log says so.
    """
    section = read_document(file).optional_section("telemetry")
    if section is None or not section.flag("enabled"):
        return None
    if not section.has("endpoint"):
        _LOG.warning("telemetry is off: no collector is named")
        return None
    return TelemetryConfig(section.address("endpoint", EXAMPLE), _headers(section, environment))


def _headers(section: Section, environment: Environment) -> tuple[tuple[str, str], ...]:
    """The headers of one line, as OTEL_EXPORTER_OTLP_HEADERS has them; no error repeats them.

    https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
    """
    if not section.has("headersVariable"):
        return ()
    variable = section.text("headersVariable")
    line = environment.get(variable)
    if line is None:
        _LOG.warning("`%s` is not set: the collector is sent no headers", variable)
        return ()
    pairs = [part.strip().partition("=") for part in line.split(",")]
    headers = tuple((name, unquote(value).strip()) for name, _, value in pairs)
    if all(_NAME.fullmatch(name) and _is_value(value) for name, value in headers):
        return headers
    raise SettingsError(
        f"`{variable}` is not a line of headers",
        "headers look like `authorization=Bearer%20TOKEN,x-tenant=mine`",
    )


def _is_value(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable()
