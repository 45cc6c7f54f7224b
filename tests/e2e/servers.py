"""Addresses of a PostgreSQL and a Valkey of the user's own, with a password that needs quoting."""

from urllib.parse import quote

from tests.gateway.servers import PASSWORD, Servers

QUOTED = quote(PASSWORD, safe="")


def database_url(servers: Servers, name: str, password: str = QUOTED) -> str:
    return f"postgresql://mosaic:{password}@127.0.0.1:{servers.postgres.port}/{name}"


def valkey_url(servers: Servers, password: str = QUOTED, number: int = 7) -> str:
    return f"redis://mosaic:{password}@127.0.0.1:{servers.valkey.port}/{number}"
