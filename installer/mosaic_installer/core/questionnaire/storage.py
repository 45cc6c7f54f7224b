"""The rows of the questionnaire about storage: servers of one's own, and ports of containers."""

from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import WITH_CONTAINERS, Without
from mosaic_installer.core.questionnaire.kinds import PORT, Kind, parse_server_url
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.secret import Secret

DATABASE_EXAMPLE = "postgresql://user:password@host/name"
VALKEY_EXAMPLE = "redis://user:password@host:6379/0"


def parse_database_url(text: str) -> Secret:
    """Accept the address of a PostgreSQL database; it holds a password, so it is a secret."""
    return parse_server_url(text, ("postgresql", "postgres"), DATABASE_EXAMPLE)


def parse_valkey_url(text: str) -> Secret:
    """Accept the address of a Valkey or Redis server; it may hold a password."""
    return parse_server_url(text, ("redis", "rediss", "valkey", "valkeys"), VALKEY_EXAMPLE)


DATABASE_URL = Kind(
    parse=parse_database_url,
    examples=("postgresql://ada:pw-of-db@db.example/mosaic",),
    accepts=f"A URL such as `{DATABASE_EXAMPLE}`.",
    is_secret=True,
)
VALKEY_URL = Kind(
    parse=parse_valkey_url,
    examples=("redis://ada:pw-of-queue@queue.example:6379/0",),
    accepts=f"A URL such as `{VALKEY_EXAMPLE}`.",
    is_secret=True,
)


@frozen
class StorageAnswers:
    """Where the data of the tiers with servers lies."""

    database_url: Annotated[
        Secret | None,
        Setting(
            key="storage.database_url",
            variable="MOSAIC_DATABASE_URL",
            prompt="External PostgreSQL URL",
            help="Use your own database instead of the bundled container.",
            kind=DATABASE_URL,
            when=(WITH_CONTAINERS,),
            default_note="a bundled container",
            is_optional=True,
        ),
    ]
    valkey_url: Annotated[
        Secret | None,
        Setting(
            key="storage.valkey_url",
            variable="MOSAIC_VALKEY_URL",
            prompt="External Valkey URL",
            help="Use your own Valkey or Redis server instead of the bundled container.",
            kind=VALKEY_URL,
            when=(WITH_CONTAINERS,),
            default_note="a bundled container",
            is_optional=True,
        ),
    ]
    postgres_port: Annotated[
        int,
        Setting(
            key="storage.postgres_port",
            variable="MOSAIC_POSTGRES_PORT",
            prompt="PostgreSQL port on this machine",
            help="Published on 127.0.0.1 if you set it, or if the gateway runs as a process.",
            kind=PORT,
            when=(
                WITH_CONTAINERS,
                Without("storage.database_url"),
            ),
            default="5433",
        ),
    ]
    valkey_port: Annotated[
        int,
        Setting(
            key="storage.valkey_port",
            variable="MOSAIC_VALKEY_PORT",
            prompt="Valkey port on this machine",
            help="Published on 127.0.0.1 if you set it, or if the gateway runs as a process.",
            kind=PORT,
            when=(
                WITH_CONTAINERS,
                Without("storage.valkey_url"),
            ),
            default="6380",
        ),
    ]
