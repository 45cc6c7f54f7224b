"""From the containers to servers of the user's own and back: data is never left behind silently."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from tests.e2e.program import EMAIL, PASSWORD, Done
from tests.e2e.servers import QUOTED, database_url, valkey_url
from tests.e2e.stack import Stack
from tests.e2e.terminal import DOWN, ENTER, SIGN, Terminal
from tests.engine.engine import run as engine
from tests.gateway.servers import Servers, root

pytestmark = pytest.mark.install

NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": [], "images": []}
IGNORE = ("--ignore", "database-is-the-installed-one")
KEPT_PASSWORD: dict[str, Any] = {"MOSAIC_ADMIN_PASSWORD": PASSWORD}
WAY, GO = "What would you like to do?", "Apply this plan?"


def own(servers: Servers, name: str) -> dict[str, Any]:
    return {"MOSAIC_DATABASE_URL": database_url(servers, name)}


def said_commands(done: Done) -> list[str]:
    """The commands between backticks, of the hint that a refused run gave."""
    return re.findall(r"`([^`]+)`", done.stderr)


def typed(command: str, folder: Path) -> None:
    """Do what a person does who takes a hint at its word."""
    engine("sh", "-ec", f"cd '{folder}'; {command}")


def at_the_server(command: str, servers: Servers, name: str) -> str:
    """Let the server's own programs do it: what is installed here is not ours to ask for."""
    said, _address, archive = command.rpartition(" --dbname='postgresql://mosaic@127.0.0.1:")
    assert said.startswith("pg_restore ")
    assert archive.endswith("' mosaic.dump")
    inside = servers.postgres.container.name
    return f"docker exec -i {inside} {said} -U mosaic -d {name} <mosaic.dump"


def users(servers: Servers, name: str) -> list[tuple[Any, ...]]:
    with closing(root(servers.postgres, name)) as connection:
        return connection.execute("SELECT email FROM users").fetchall()


def test_the_data_goes_along_to_a_database_of_the_users_own(
    stack: Stack, servers: Servers, tmp_path: Path
) -> None:
    site, name = stack.site, servers.new_database()
    stack.install("--yes", MOSAIC_GATEWAY_RUNTIME="process")
    token, volumes, before = site.token(), stack.made()["volumes"], site.snapshot()

    refused = stack.run("install", "--yes", code=4, **own(servers, name))
    refused.says("which has none of it", "run this again", "--ignore database-is-the-installed-one")
    assert QUOTED not in refused.said
    assert site.snapshot() == before
    assert site.status_with(token) == 200
    stop, dump, restore = said_commands(refused)[1:4]
    assert stop == "mosaic gateway stop"
    stack.run(*stop.split()[1:])
    typed(dump, tmp_path)
    restore = at_the_server(restore, servers, name)
    kept = (tmp_path / "mosaic.dump").read_bytes()
    (tmp_path / "mosaic.dump").write_bytes(kept[: len(kept) - 100])
    with pytest.raises(AssertionError, match="could not read"):
        typed(restore, tmp_path)
    stack.run("install", "--yes", code=4, **own(servers, name)).says("which has none of it")
    (tmp_path / "mosaic.dump").write_bytes(kept)
    typed(restore, tmp_path)

    moved = stack.run("install", "--yes", **own(servers, name))
    assert "from now on the data is what" in moved.said
    assert users(servers, name) == [(EMAIL,)]
    assert site.token() == token
    assert site.status_with(token) == 200
    assert stack.services() == {"valkey"}
    assert stack.made()["volumes"] == volumes
    assert "Already up to date" in stack.run("install", "--yes").said


def test_vectors_and_their_rules_go_along_to_somebody_who_is_no_superuser(
    federated: Stack, servers: Servers, tmp_path: Path
) -> None:
    name = servers.new_database()
    servers.rule(sql.SQL("CREATE EXTENSION vector").format(), name)
    dump, restore = said_commands(federated.run("install", "--yes", code=4, **own(servers, name)))[
        2:4
    ]
    typed(dump, tmp_path)
    typed(at_the_server(restore, servers, name), tmp_path)
    rules = "SELECT policyname, qual FROM pg_policies"
    with closing(root(servers.postgres, name)) as connection:
        found = connection.execute(rules).fetchall()
    assert found
    assert ["|".join(row) for row in found] == federated.psql(rules).splitlines()
    form = ("--set", "gateway.runtime=process")
    moved = federated.run("install", "--dry-run", *form, **own(servers, name))
    assert "from now on the data is what" in moved.said


def test_the_data_goes_along_from_a_database_of_the_users_own_into_the_container(
    stack: Stack, servers: Servers, tmp_path: Path
) -> None:
    name = servers.new_database()
    stack.install("--yes", MOSAIC_GATEWAY_RUNTIME="process", **own(servers, name))
    with closing(root(servers.postgres, name)) as connection:
        connection.execute("UPDATE users SET name = 'As it was there'")
    back = ("install", "--yes", "--set", "storage.database_url=none")
    refused = stack.run(*back, code=4)
    refused.says("from your own database into the container")
    first, dump, _begin, second, restore, again = said_commands(refused)[:6]
    assert first == second == "mosaic gateway stop"

    stack.run(*first.split()[1:])
    inside = f"docker exec {servers.postgres.container.name} pg_dump -U mosaic -d {name}"
    assert dump.startswith("pg_dump --format=custom")
    typed(re.sub("--file=.* .*", ">mosaic.dump", dump.replace("pg_dump", inside)), tmp_path)
    stack.run(*back, *IGNORE, code=2).says("admin.password is missing")
    assert stack.services() == {"valkey"}
    stack.run(*back, *IGNORE, **KEPT_PASSWORD)
    assert stack.psql("SELECT name FROM users") == "a"
    stack.run(*second.split()[1:])
    typed(restore, tmp_path)
    stack.run(*again.split()[1:])
    assert stack.psql("SELECT name FROM users") == "As it was there"
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes").said


def test_with_servers_of_the_users_own_no_container_is_left(stack: Stack, servers: Servers) -> None:
    site, name = stack.site, servers.new_database()
    stack.install("--yes", MOSAIC_GATEWAY_RUNTIME="process")
    token, volumes = site.token(), stack.made()["volumes"]

    done = stack.run("install", "--yes", MOSAIC_VALKEY_URL=valkey_url(servers))
    assert "everybody signs in again" in done.said
    assert "Remove the unneeded container valkey" in done.said
    assert stack.services() == {"postgres"}
    assert site.status_with(token) == 200
    assert "Already up to date" in stack.run("install", "--yes").said

    begins_anew_after_a_word(stack, own(servers, name))
    assert users(servers, name) == [(EMAIL,)]
    assert site.has_working_token()
    assert site.token() != token
    assert stack.made() == NOTHING | {"volumes": volumes}
    assert not (site.config / "compose/compose.yaml").exists()
    before = site.snapshot()
    assert "Already up to date" in stack.run("install", "--yes").said
    assert site.snapshot() == before

    stack.run("uninstall", "--purge", "--yes")
    assert stack.made() == NOTHING
    assert not site.home.exists()
    assert users(servers, name) == [(EMAIL,)]


def begins_anew_after_a_word(stack: Stack, variables: dict[str, Any]) -> None:
    """Move to an empty database, as a person who is asked whether that is meant."""
    with Terminal(stack.site, "install", **variables) as terminal:
        terminal.sees("which has none of it", WAY, "Begin with an empty database")
        terminal.types(DOWN + ENTER).sees(f"{SIGN} Continue").types(ENTER)
        terminal.answers("Administrator's password:", PASSWORD).answers(
            "Confirm password:", PASSWORD
        )
        terminal.answers(GO, "").sees("Mosaic is ready").ends()
