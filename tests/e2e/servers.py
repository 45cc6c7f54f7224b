"""Addresses of a PostgreSQL and a Valkey of the user's own, with a password that needs quoting."""

from urllib.parse import quote

from tests.gateway.servers import PASSWORD, Servers

from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.own_database import try_database
from mosaic_installer.machine.own_valkey import try_valkey

QUOTED = quote(PASSWORD, safe="")


def database_url(servers: Servers, name: str, password: str = QUOTED) -> str:
    return f"postgresql://mosaic:{password}@127.0.0.1:{servers.postgres.port}/{name}"


def valkey_url(servers: Servers, password: str = QUOTED, number: int = 7) -> str:
    return f"redis://mosaic:{password}@127.0.0.1:{servers.valkey.port}/{number}"


def said_of(variable: str, url: str) -> str:
    """Return what is told of a server that cannot be used, as the installer itself asks it."""
    address = Secret(url)
    if variable == "DATABASE":
        found = try_database(address, needs_vector=False)
    else:
        found = try_valkey(address)
    assert found.problem
    return f"{found.problem}\n{found.hint}"
