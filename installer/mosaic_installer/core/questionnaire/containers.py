"""The rows of the questionnaire about containers: their images, and ports of their own."""

from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import (
    FEDERATED,
    WITH_CONTAINERS,
    Is,
    With,
    Without,
)
from mosaic_installer.core.questionnaire.kinds import IMAGE, PORT
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.questionnaire.telemetry import WITH_COLLECTOR


@frozen
class AuthorityAnswers:
    """Where other gateways find the certificate authority."""

    port: Annotated[
        int,
        Setting(
            key="authority.port",
            variable="MOSAIC_STEP_CA_PORT",
            prompt="Certificate authority port",
            help="Gateways on other machines enrol there. Published only if you set it, or if "
            "the gateway runs as a process.",
            kind=PORT,
            when=(FEDERATED,),
            default="9000",
        ),
    ]


@frozen
class ImagesAnswers:
    """What the containers are made from."""

    postgres: Annotated[
        str,
        Setting(
            key="images.postgres",
            variable="MOSAIC_POSTGRES_IMAGE",
            prompt="PostgreSQL image",
            help="PostgreSQL 17. Tier `federated` needs the `vector` extension in it.",
            kind=IMAGE,
            when=(
                WITH_CONTAINERS,
                Without("storage.database_url"),
            ),
            default="pgvector/pgvector:pg17",
        ),
    ]
    valkey: Annotated[
        str,
        Setting(
            key="images.valkey",
            variable="MOSAIC_VALKEY_IMAGE",
            prompt="Valkey image",
            help="Valkey 8.",
            kind=IMAGE,
            when=(
                WITH_CONTAINERS,
                Without("storage.valkey_url"),
            ),
            default="valkey/valkey:8-alpine",
        ),
    ]
    step_ca: Annotated[
        str,
        Setting(
            key="images.step_ca",
            variable="MOSAIC_STEP_CA_IMAGE",
            prompt="Certificate authority image",
            help="Smallstep's step-ca.",
            kind=IMAGE,
            when=(FEDERATED,),
            default="smallstep/step-ca:0.30.2",
        ),
    ]
    python: Annotated[
        str,
        Setting(
            key="images.python",
            variable="MOSAIC_PYTHON_IMAGE",
            prompt="Base image for the gateway",
            help="Python 3.11 or newer, with pip.",
            kind=IMAGE,
            when=(
                WITH_CONTAINERS,
                Is("gateway.runtime", ("container", "swarm")),
                Without("gateway.image"),
            ),
            default="python:3.13-slim",
        ),
    ]
    collector: Annotated[
        str,
        Setting(
            key="images.collector",
            variable="MOSAIC_COLLECTOR_IMAGE",
            prompt="OpenTelemetry collector image",
            help="Receives the gateway's traces.",
            kind=IMAGE,
            when=WITH_COLLECTOR,
            default="otel/opentelemetry-collector:0.140.0",
        ),
    ]
    jaeger: Annotated[
        str,
        Setting(
            key="images.jaeger",
            variable="MOSAIC_JAEGER_IMAGE",
            prompt="Jaeger image",
            help="Displays the traces.",
            kind=IMAGE,
            when=WITH_COLLECTOR,
            default="jaegertracing/jaeger:2.12.0",
        ),
    ]


@frozen
class WebAnswers:
    """Whether there is a web dashboard, and where."""

    image: Annotated[
        str | None,
        Setting(
            key="web.image",
            variable="MOSAIC_WEB_IMAGE",
            prompt="Web dashboard image",
            help="Set it to turn the dashboard on; no public image exists.",
            kind=IMAGE,
            when=(WITH_CONTAINERS,),
            default_note="none: no dashboard",
            is_optional=True,
        ),
    ]
    port: Annotated[
        int,
        Setting(
            key="web.port",
            variable="MOSAIC_WEB_PORT",
            prompt="Web dashboard port",
            help="Browsers open the dashboard on this port.",
            kind=PORT,
            when=(
                WITH_CONTAINERS,
                With("web.image"),
            ),
            default="3000",
        ),
    ]
