"""The rows of the questionnaire about storage servers, container images and their ports."""

from dataclasses import dataclass
from typing import Annotated

from mosaic_installer.core.questionnaire.setting import (
    Setting,
    parse_image,
    parse_port,
    parse_server_url,
)
from mosaic_installer.core.secret import Secret


def parse_database_url(text: str) -> Secret:
    """Accept the address of a PostgreSQL database; it holds a password, so it is a secret."""
    return parse_server_url(
        text, ("postgresql", "postgres"), "postgresql://user:password@host/name"
    )


def parse_valkey_url(text: str) -> Secret:
    """Accept the address of a Valkey or Redis server; it may hold a password."""
    return parse_server_url(
        text, ("redis", "rediss", "valkey", "valkeys"), "redis://user:password@host:6379/0"
    )


@dataclass(frozen=True, kw_only=True)
class ContainerAnswers:
    """What only the tiers with servers look at."""

    storage_database_url: Annotated[
        Secret | None,
        Setting(
            key="storage.database_url",
            variable="MOSAIC_DATABASE_URL",
            prompt="Address of your own PostgreSQL",
            help="A database of your own instead of the container; not with tier `local`.",
            parse=parse_database_url,
            default_note="a container of this installation",
            is_secret=True,
            is_optional=True,
        ),
    ]
    storage_valkey_url: Annotated[
        Secret | None,
        Setting(
            key="storage.valkey_url",
            variable="MOSAIC_VALKEY_URL",
            prompt="Address of your own Valkey",
            help="A Valkey server of your own instead of the container; not with tier `local`.",
            parse=parse_valkey_url,
            default_note="a container of this installation",
            is_secret=True,
            is_optional=True,
        ),
    ]
    storage_postgres_port: Annotated[
        int,
        Setting(
            key="storage.postgres_port",
            variable="MOSAIC_POSTGRES_PORT",
            prompt="Port of PostgreSQL on this machine",
            help="Published on 127.0.0.1 when it is chosen, or when the gateway is a process.",
            parse=parse_port,
            default="5433",
        ),
    ]
    storage_valkey_port: Annotated[
        int,
        Setting(
            key="storage.valkey_port",
            variable="MOSAIC_VALKEY_PORT",
            prompt="Port of Valkey on this machine",
            help="Published on 127.0.0.1 when it is chosen, or when the gateway is a process.",
            parse=parse_port,
            default="6380",
        ),
    ]
    authority_port: Annotated[
        int,
        Setting(
            key="authority.port",
            variable="MOSAIC_STEP_CA_PORT",
            prompt="Port of the certificate authority",
            help="Other gateways enrol there; only with tier `federated`.",
            parse=parse_port,
            default="9000",
        ),
    ]
    images_postgres: Annotated[
        str,
        Setting(
            key="images.postgres",
            variable="MOSAIC_POSTGRES_IMAGE",
            prompt="Image of PostgreSQL",
            help="PostgreSQL 17; tier `federated` needs the extension `vector` in it.",
            parse=parse_image,
            default="pgvector/pgvector:pg17",
        ),
    ]
    images_valkey: Annotated[
        str,
        Setting(
            key="images.valkey",
            variable="MOSAIC_VALKEY_IMAGE",
            prompt="Image of Valkey",
            help="Valkey 8.",
            parse=parse_image,
            default="valkey/valkey:8-alpine",
        ),
    ]
    images_step_ca: Annotated[
        str,
        Setting(
            key="images.step_ca",
            variable="MOSAIC_STEP_CA_IMAGE",
            prompt="Image of the certificate authority",
            help="smallstep's step-ca; only with tier `federated`.",
            parse=parse_image,
            default="smallstep/step-ca:0.28.4",
        ),
    ]
    images_python: Annotated[
        str,
        Setting(
            key="images.python",
            variable="MOSAIC_PYTHON_IMAGE",
            prompt="Image that the gateway's is built on",
            help="A Python of version 3.11 or newer, with pip.",
            parse=parse_image,
            default="python:3.13-slim",
        ),
    ]
    images_collector: Annotated[
        str,
        Setting(
            key="images.collector",
            variable="MOSAIC_COLLECTOR_IMAGE",
            prompt="Image of the OpenTelemetry collector",
            help="Only with telemetry.",
            parse=parse_image,
            default="otel/opentelemetry-collector:0.140.0",
        ),
    ]
    images_jaeger: Annotated[
        str,
        Setting(
            key="images.jaeger",
            variable="MOSAIC_JAEGER_IMAGE",
            prompt="Image of Jaeger",
            help="Only with telemetry.",
            parse=parse_image,
            default="jaegertracing/jaeger:2.12.0",
        ),
    ]
    web_image: Annotated[
        str | None,
        Setting(
            key="web.image",
            variable="MOSAIC_WEB_IMAGE",
            prompt="Image of the web dashboard",
            help="Naming one turns the dashboard on; there is no public one.",
            parse=parse_image,
            default_note="none: no dashboard",
            is_optional=True,
        ),
    ]
    web_port: Annotated[
        int,
        Setting(
            key="web.port",
            variable="MOSAIC_WEB_PORT",
            prompt="Port of the web dashboard",
            help="Where browsers find the dashboard.",
            parse=parse_port,
            default="3000",
        ),
    ]
