"""Servers of the user's own that speak TLS only, with certificates of a private authority."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from psycopg import sql
from tests.e2e.program import Site
from tests.e2e.servers import said_of
from tests.e2e.stack import Stack
from tests.engine.engine import Engine
from tests.gateway.certificates import Authority, new_authority, require_tls, start_tls_valkey
from tests.gateway.servers import (
    LOOPBACK,
    PASSWORD,
    VALKEY_IMAGE,
    Server,
    root,
    rule,
    start_postgres,
)
from tests.sampling import Draw

pytestmark = pytest.mark.install

QUOTED = quote(PASSWORD, safe="")
STANDALONE: dict[str, Any] = {"MOSAIC_STORAGE_TIER": "standalone"}
PROCESS: dict[str, Any] = STANDALONE | {"MOSAIC_GATEWAY_RUNTIME": "process"}
SESSIONS = "SELECT count(*), bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"


@dataclass(frozen=True)
class TlsServers:
    """A PostgreSQL and a Valkey whose certificates are of `authority`; `stranger` is another."""

    postgres: Server
    valkey: Server
    authority: Authority
    stranger: Authority

    def database(self, options: str, *, host: str = "", password: str = QUOTED) -> str:
        place = f"{host or self.postgres.address}:{self.postgres.port}"
        return f"postgresql://mosaic:{password}@{place}/own?{options}"

    def verified(self) -> str:
        return self.database(f"sslmode=verify-full&sslrootcert={self.authority.file}")

    def queue(self, options: str = "", *, host: str = "", password: str = QUOTED) -> str:
        place = f"{host or self.valkey.address}:{self.valkey.port}"
        known = options or f"ssl_ca_certs={self.authority.file}"
        return f"rediss://mosaic:{password}@{place}/0?{known}"


def start(engine: Engine, folder: Path, address: str = LOOPBACK) -> TlsServers:
    (folder / "stranger").mkdir()
    authority, stranger = new_authority(folder), new_authority(folder / "stranger")
    certificate = authority.certificate(address)
    postgres = start_postgres(engine, address)
    rule(postgres, sql.SQL("CREATE DATABASE own OWNER mosaic").format())
    require_tls(postgres, certificate)
    valkey = start_tls_valkey(engine, folder / "valkey", certificate, address)
    return TlsServers(postgres, valkey, authority, stranger)


@pytest.fixture(scope="module")
def servers(
    missing_for_engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TlsServers]:
    if missing_for_engine:
        pytest.skip(f"{missing_for_engine} is missing; `scripts/test-engine` sets up Debian 12")
    with Engine.opened() as engine:
        yield start(engine, tmp_path_factory.mktemp("tls"))


def test_what_cannot_be_used_is_refused_with_what_to_write_instead(
    site: Site, servers: TlsServers, sampled: Draw
) -> None:
    stranger, nowhere = servers.stranger.file, "/no/such/file.pem"
    verify = "sslmode=verify-full&sslrootcert="
    plain_queue = servers.queue("x").replace("rediss", "redis").partition("?")[0]
    rows = (
        ("DATABASE", servers.database("sslmode=disable"), "no encryption", "`?sslmode=require`"),
        ("DATABASE", servers.database("sslmode=verify-full"), "root certificate", "sslrootcert="),
        ("DATABASE", servers.database(verify + nowhere), nowhere, "sslrootcert="),
        ("DATABASE", servers.database(f"{verify}{stranger}"), "is not trusted", "sslrootcert="),
        ("DATABASE", servers.verified().replace(LOOPBACK, "localhost"), "does not match host name"),
        ("DATABASE", servers.database("sslmode=require", password="wrong-word"), "authentication"),
        ("VALKEY", plain_queue, "`rediss://`"),
        ("VALKEY", servers.queue("db=0"), "is not trusted", "ssl_ca_certs="),
        ("VALKEY", servers.queue(f"ssl_ca_certs={stranger}"), "is not trusted", "ssl_ca_certs="),
        ("VALKEY", servers.queue(f"ssl_ca_certs={nowhere}"), "cannot be read", "ssl_ca_certs="),
        ("VALKEY", servers.queue(host="localhost"), "as its certificate does"),
        ("VALKEY", servers.queue(password="wrong-word"), "invalid username-password pair"),
    )
    for variable, url, *words in rows:
        said = said_of(variable, url)
        assert [word for word in words if word not in said] == []
    # No server is asked for that.
    nobody = ("DATABASE", servers.database(f"{verify}authority.pem"), "is not a whole path")
    drawn = [rows[number] for number in sampled(range(len(rows)), 2)]
    for variable, url, *words in (nobody, *drawn):
        own: dict[str, Any] = {f"MOSAIC_{variable}_URL": url}
        done = site.install("--yes", code=4, **PROCESS, **own)
        done.says(f"MOSAIC_{variable}_URL", *words)
        assert not {PASSWORD, QUOTED, "wrong-word"} & set(done.said.split()), done.said
        assert QUOTED not in done.said
        assert not site.home.exists()


def test_a_gateway_that_is_a_process_speaks_tls_to_them(stack: Stack, servers: TlsServers) -> None:
    own: dict[str, Any] = {
        "MOSAIC_DATABASE_URL": servers.verified(),
        "MOSAIC_VALKEY_URL": servers.queue(),
    }
    stack.install("--yes", **PROCESS, **own)
    assert serves_over_tls(stack, servers)
    assert "Already up to date" in stack.run("install", "--yes").said
    stack.run("gateway", "restart")
    assert serves_over_tls(stack, servers)
    stack.run("uninstall", "--purge", "--yes")


def test_a_gateway_in_a_container_reads_the_authority_there(
    stack: Stack, engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "own $ervers"
    folder.mkdir()
    servers = start(engine, folder, engine.host_address(VALKEY_IMAGE))
    own: dict[str, Any] = {
        "MOSAIC_DATABASE_URL": servers.verified().replace(" ", "%20").replace("$", "%24"),
        "MOSAIC_VALKEY_URL": servers.queue().replace(" ", "%20").replace("$", "%24"),
    }
    if os.getuid() == 0:
        servers.authority.file.chmod(0o600)
        done = stack.install("--yes", code=4, **own)
        done.says("may not read", str(servers.authority.file), "chmod a+r")
        servers.authority.file.chmod(0o644)
    stack.install("--yes", **own)
    assert serves_over_tls(stack, servers)
    assert QUOTED not in json.dumps(stack.inspect("gateway"))
    assert "Already up to date" in stack.run("install", "--yes").said


def serves_over_tls(stack: Stack, servers: TlsServers) -> bool:
    """Return whether the gateway works, and every one of its connections is encrypted."""
    assert stack.site.has_working_token()
    ready = httpx.get(f"{stack.site.url}/health/ready")
    assert ready.status_code == 200, ready.text
    with closing(root(servers.postgres)) as connection:
        row = connection.execute(f"{SESSIONS} WHERE datname = 'own'").fetchone()
    assert row is not None
    count, is_encrypted = row
    return bool(count and is_encrypted)
