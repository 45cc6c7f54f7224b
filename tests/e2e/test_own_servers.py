"""A PostgreSQL and a Valkey of the user's own: tried before anything is changed, then used."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from tests.e2e.program import Site
from tests.e2e.servers import QUOTED, database_url, said_of, valkey_url
from tests.e2e.stack import Stack
from tests.engine.engine import Engine
from tests.gateway.servers import (
    PASSWORD,
    VALKEY_IMAGE,
    Servers,
    root,
    start_postgres,
    start_valkey,
)
from tests.sampling import Draw

pytestmark = pytest.mark.install

STANDALONE: dict[str, Any] = {"MOSAIC_STORAGE_TIER": "standalone"}
PROCESS: dict[str, Any] = STANDALONE | {"MOSAIC_GATEWAY_RUNTIME": "process"}
NONE: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}


class StandInForAnOldValkey(socketserver.StreamRequestHandler):
    """Speaks RESP like Redis 6.2, in the little that is asked of it."""

    def handle(self) -> None:
        while header := self.rfile.readline():
            words = [self._word() for _ in range(int(header[1:]))]
            verb = words[0].upper()
            info = b"# Server\r\nredis_version:6.2.14\r\n"
            answers = {
                b"HELLO": b"%1\r\n$5\r\nproto\r\n:3\r\n",
                b"PING": b"+PONG\r\n",
                b"INFO": b"$%d\r\n%s\r\n" % (len(info), info),
            }
            self.wfile.write(answers.get(verb, b"+OK\r\n"))

    def _word(self) -> bytes:
        self.rfile.readline()
        return self.rfile.readline().strip()


@pytest.fixture
def old_valkey() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), StandInForAnOldValkey) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()
        thread.join()


def narrow_url(servers: Servers, user: str, keys: str, *commands: str) -> str:
    """The address of Valkey for a new user who may do that."""
    with servers.keys(0) as client:
        client.acl_setuser(
            user,
            enabled=True,
            reset=True,
            passwords=f"+{PASSWORD}",
            keys=[keys],
            commands=list(commands),
        )
    return valkey_url(servers).replace("//mosaic:", f"//{user}:")


@pytest.fixture
def misfits(servers: Servers) -> dict[str, str]:
    """Databases that the gateway cannot work in: somebody else's, an old encoding, a replica's."""
    strange, replica = servers.new_database(), servers.new_database()
    latin = f"{strange}_latin"
    for statement, name in (
        ("ALTER DATABASE {} OWNER TO root", strange),
        ("GRANT CREATE ON DATABASE {} TO mosaic", strange),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", replica),
        ("CREATE DATABASE {} OWNER mosaic TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'", latin),
    ):
        servers.rule(sql.SQL(statement).format(sql.Identifier(name)))
    return {"strange": strange, "replica": replica, "latin": latin}


def test_what_cannot_be_used_is_refused_before_anything_changes(
    site: Site,
    servers: Servers,
    misfits: dict[str, str],
    old_valkey: str,
    free_port: int,
    sampled: Draw,
) -> None:
    name = servers.new_database()
    nowhere = f"127.0.0.1:{free_port}"
    rows = (
        ("DATABASE", database_url(servers, name, "wrong-word"), "password authentication failed"),
        ("DATABASE", f"postgresql://mosaic:{QUOTED}@{nowhere}/m", "Connection refused"),
        ("DATABASE", database_url(servers, "no-such-database"), "does not exist"),
        ("DATABASE", database_url(servers, "postgres"), "may not create tables"),
        ("DATABASE", database_url(servers, misfits["strange"]), "OWNER TO mosaic"),
        ("DATABASE", database_url(servers, misfits["latin"]), "is LATIN1; wanted UTF8"),
        ("DATABASE", database_url(servers, misfits["replica"]), "is read-only"),
        ("DATABASE", f"{database_url(servers, name)}?sslmode=require", "turn `ssl` on"),
        ("DATABASE", f"{database_url(servers, name)}?sslmode=odd", "behind the `?`"),
        ("VALKEY", valkey_url(servers, "wrong-word"), "invalid username-password pair"),
        ("VALKEY", f"redis://:{QUOTED}@{nowhere}", "Connection refused"),
        ("VALKEY", old_valkey, "version 6.2.14; wanted 7.0 or newer"),
        ("VALKEY", f"{valkey_url(servers)}0000", "a number below `databases`"),
        ("VALKEY", narrow_url(servers, "stranger", "other:*", "+@all"), "`~mosaic:* -@all"),
        ("VALKEY", narrow_url(servers, "reader", "*", "+@all", "-@write"), "`~mosaic:* -@all"),
        ("VALKEY", narrow_url(servers, "timeless", "*", "+@all", "-time"), "`~mosaic:* -@all"),
        ("VALKEY", f"{valkey_url(servers)}?no=1", "an option that is not known"),
    )
    for variable, url, words in rows:
        said = said_of(variable, url)
        assert words in said
        assert not [secret for secret in (PASSWORD, QUOTED, "wrong-word") if secret in said]
    for number in sampled(range(len(rows)), 3):
        variable, url, words = rows[number]
        own: dict[str, Any] = {f"MOSAIC_{variable}_URL": url}
        done = site.install("--yes", code=4, **PROCESS, **own)
        done.says(f"MOSAIC_{variable}_URL cannot be used", words)
        assert PASSWORD not in done.said
        assert QUOTED not in done.said
        assert "wrong-word" not in done.said
        assert not site.home.exists()


def test_a_database_without_vectors_does_not_do_for_federated(site: Site, servers: Servers) -> None:
    name = servers.new_database()
    folder = "/usr/share/postgresql/17/extension"
    servers.postgres.container.exec("mv", f"{folder}/vector.control", f"{folder}/kept")
    try:
        variables = PROCESS | {"MOSAIC_STORAGE_TIER": "federated"}
        own: dict[str, Any] = {"MOSAIC_DATABASE_URL": database_url(servers, name)}
        done = site.install("--yes", code=4, **variables, **own)
    finally:
        servers.postgres.container.exec("mv", f"{folder}/kept", f"{folder}/vector.control")
    done.says("does not have the extension `vector`")


def test_federated_works_in_a_database_once_it_has_the_extension(
    stack: Stack, servers: Servers, ca_port: int
) -> None:
    name = servers.new_database()
    own: dict[str, Any] = {"MOSAIC_DATABASE_URL": database_url(servers, name)}
    own |= PROCESS | {"MOSAIC_STORAGE_TIER": "federated", "MOSAIC_STEP_CA_PORT": str(ca_port)}
    own |= {"MOSAIC_VALKEY_URL": valkey_url(servers)}
    done = stack.install("--yes", code=4, **own)
    done.says("may not create the extension `vector`", f"in the database `{name}`")
    assert stack.made() == NONE
    servers.rule(sql.SQL("CREATE EXTENSION vector").format(), name)
    stack.install("--yes", **own)
    assert stack.site.has_working_token()
    assert len(stack.made()["containers"]) == 1, "the certificate authority"


def test_a_user_who_may_use_one_schema_will_do(stack: Stack, servers: Servers) -> None:
    name = servers.new_database()
    servers.rule(sql.SQL("ALTER DATABASE {} OWNER TO root").format(sql.Identifier(name)))
    servers.rule(sql.SQL("GRANT ALL ON SCHEMA public TO mosaic").format(), name)
    own: dict[str, Any] = {
        "MOSAIC_DATABASE_URL": database_url(servers, name),
        "MOSAIC_VALKEY_URL": valkey_url(servers),
    }
    stack.install("--yes", **PROCESS, **own)
    assert stack.site.has_working_token()


def test_a_gateway_that_is_a_process_uses_them(stack: Stack, servers: Servers) -> None:
    name = servers.new_database()
    own: dict[str, Any] = {
        "MOSAIC_DATABASE_URL": database_url(servers, name),
        "MOSAIC_VALKEY_URL": valkey_url(servers),
    }
    stack.install("--yes", **PROCESS, **own)
    assert stack.site.has_working_token()
    assert stack.made() == NONE
    with closing(root(servers.postgres, name)) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)
    config = json.loads((stack.site.config / "mosaic.config.json").read_text())
    assert config["storage"]["url"] == (
        f"postgresql://mosaic@127.0.0.1:{servers.postgres.port}/{name}"
    )
    assert config["queue"]["url"] == f"redis://mosaic@127.0.0.1:{servers.valkey.port}/7"
    assert "Already up to date" in stack.run("install", "--yes").said
    for path in (*stack.site.state.rglob("*"), stack.site.config / "answers.toml"):
        if path.is_file():
            assert QUOTED not in path.read_text(errors="replace"), path
    stack.run("uninstall", "--purge", "--yes")
    assert not stack.site.home.exists()


def test_a_gateway_in_a_container_reaches_them_over_the_bridge(
    stack: Stack, engine: Engine, tmp_path: Path
) -> None:
    bridge = engine.host_address(VALKEY_IMAGE)
    postgres, valkey = start_postgres(engine, bridge), start_valkey(engine, tmp_path, bridge)
    with closing(root(postgres)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE own OWNER mosaic"))
    own: dict[str, Any] = {
        "MOSAIC_DATABASE_URL": f"postgresql://mosaic:{QUOTED}@{bridge}:{postgres.port}/own",
        "MOSAIC_VALKEY_URL": f"redis://mosaic:{QUOTED}@{bridge}:{valkey.port}/0",
    }
    stack.install("--yes", **own)
    assert stack.site.has_working_token()
    assert len(stack.made()["containers"]) == 1
    assert QUOTED not in json.dumps(stack.inspect("gateway"))
    assert "Already up to date" in stack.run("install", "--yes").said
    stack.run("uninstall", "--purge", "--yes")
    assert stack.made() == NONE
    assert not stack.site.home.exists()
