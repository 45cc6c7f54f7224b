"""Servers of Debian 12, which are older than what we ship: used from end to end, or too old."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import redis
from tests.e2e.program import Site, eventually
from tests.gateway.host_servers import (
    HostServer,
    make_database,
    missing_on_host,
    running_postgres,
    running_redis,
)
from tests.gateway.servers import PASSWORD as SERVER_PASSWORD

from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.own_database import try_database
from mosaic_installer.machine.own_valkey import try_valkey

pytestmark = pytest.mark.install

QUOTED = quote(SERVER_PASSWORD, safe="")


@pytest.fixture(scope="module")
def postgres() -> Iterator[HostServer]:
    if absent := missing_on_host():
        pytest.skip(f"{absent} is missing")
    with running_postgres() as server:
        make_database(server, "own")
        yield server


@pytest.fixture(scope="module")
def queue() -> Iterator[HostServer]:
    if absent := missing_on_host():
        pytest.skip(f"{absent} is missing")
    with running_redis() as server:
        yield server


def database_url(postgres: HostServer) -> str:
    return f"postgresql://mosaic:{QUOTED}@127.0.0.1:{postgres.port}/own"


def queue_url(queue: HostServer) -> str:
    return f"redis://:{QUOTED}@127.0.0.1:{queue.port}/3"


def test_a_version_below_the_oldest_is_told_with_the_one_that_is_wanted(
    postgres: HostServer, queue: HostServer
) -> None:
    database = try_database(Secret(database_url(postgres)), needs_vector=False, oldest=16)
    assert database.problem == "it is PostgreSQL 15; wanted 16 or newer"
    assert "update that server" in database.hint
    found = try_valkey(Secret(queue_url(queue)), oldest=(7, 2))
    assert found.problem.startswith("it is version 7.0.")
    assert found.problem.endswith("; wanted 7.2 or newer")
    assert "update that server" in found.hint


def test_a_replica_is_told_from_its_primary(queue: HostServer) -> None:
    with redis.Redis(port=queue.port, password=SERVER_PASSWORD, protocol=2) as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        found = try_valkey(Secret(queue_url(queue)))
        client.execute_command("REPLICAOF", "NO", "ONE")
    assert "read only replica" in found.problem
    assert "name the primary server" in found.hint
    assert try_valkey(Secret(queue_url(queue))).problem == ""


def test_a_server_without_pgvector_is_told_which_package_has_it(
    site: Site, postgres: HostServer
) -> None:
    own: dict[str, Any] = {"MOSAIC_DATABASE_URL": database_url(postgres)}
    own |= {"MOSAIC_STORAGE_TIER": "federated", "MOSAIC_GATEWAY_RUNTIME": "process"}
    done = site.install("--yes", code=4, **own)
    done.says("does not have the extension `vector`", "`postgresql-15-pgvector`")
    assert not site.home.exists()


def test_the_oldest_servers_will_do_and_may_be_stopped_and_started(
    site: Site, postgres: HostServer, queue: HostServer
) -> None:
    own: dict[str, Any] = {
        "MOSAIC_STORAGE_TIER": "standalone",
        "MOSAIC_GATEWAY_RUNTIME": "process",
        "MOSAIC_DATABASE_URL": database_url(postgres),
        "MOSAIC_VALKEY_URL": queue_url(queue),
    }
    site.install("--yes", **own)
    assert site.has_working_token()
    process = site.gateway().pid
    for server, variable in ((postgres, "MOSAIC_DATABASE_URL"), (queue, "MOSAIC_VALKEY_URL")):
        server.stop()
        # What cannot be reached is told before anything is tried to be mended.
        done = site.run("install", "--yes", code=4)
        done.says(f"{variable} cannot be used", "Connection refused", "start that server")
        server.start()
        eventually(site.has_working_token, "the token works again")
    assert site.gateway().pid == process, "nobody started it anew"
    assert "Already up to date" in site.run("install", "--yes").said
    site.run("uninstall", "--purge", "--yes")
