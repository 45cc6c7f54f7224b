"""How the gateway keeps what it was given: privately, for good, and no longer than needed."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from psycopg import sql
from tests.gateway.backings import PostgresBacking
from tests.gateway.conftest import server_homes
from tests.gateway.kinds import ON_ALL
from tests.gateway.process import ADMIN, PASSWORD, Home, client_of, error_id
from tests.gateway.servers import Servers

from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.storage.opening import open_storage

pytestmark = pytest.mark.gateway

LATIN_1 = "CREATE DATABASE {} OWNER mosaic TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
SIGN_IN = "/api/auth/sign-in/email"


def test_what_was_done_is_on_the_disk_before_it_is_said(tmp_path: Path) -> None:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    with storage.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    storage.close()


def test_a_database_that_others_could_read_is_closed_to_them(home: Home) -> None:
    home.fill()
    with closing(sqlite3.connect(home.database)) as database:
        database.execute("PRAGMA user_version = 7")
    home.database.chmod(0o666)
    home.start()
    assert stat.S_IMODE(home.database.stat().st_mode) == 0o600


def test_a_link_that_leads_nowhere_is_not_followed(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    home.database.symlink_to(elsewhere)
    result = home.run("migrate")
    assert result.returncode == 1
    assert "is a link to a file that does not exist" in result.stderr
    assert not elsewhere.exists()


@ON_ALL
def test_an_unknown_address_is_not_kept_in_clear(fresh: Home) -> None:
    with client_of(fresh) as client:
        client.post(SIGN_IN, json={"email": "my-password@oops", "password": PASSWORD})
    rows = fresh.sql("SELECT subject FROM audit WHERE action = 'sign-in-failed'")
    assert [str(subject)[:7] for (subject,) in rows] == ["sha256:"]
    assert b"my-password" not in fresh.backing.stored()


def test_creating_promoting_and_resetting_are_told_apart(fresh: Home) -> None:
    reset = ("admin", "reset-password", "--email", ADMIN["email"])
    assert fresh.run(*reset, stdin=PASSWORD).returncode == 1
    assert fresh.run(*reset, "--create", stdin=PASSWORD).returncode == 0
    fresh.sql("UPDATE users SET role = 'member'")
    assert fresh.run(*reset, stdin=PASSWORD).returncode == 1
    assert fresh.run(*reset, "--promote", stdin=PASSWORD).returncode == 0
    assert [action for (action,) in fresh.sql("SELECT action FROM audit ORDER BY id")] == [
        "password-reset-refused",
        "user-created",
        "password-reset-refused",
        "user-promoted",
        "password-reset",
    ]


def test_a_database_in_latin_1_refuses_other_letters_and_explains(
    servers: Servers, tmp_path: Path
) -> None:
    with server_homes(servers, "postgres", "template0")(tmp_path) as home:
        assert isinstance(home.backing, PostgresBacking)
        name = sql.Identifier(home.backing.database)
        servers.drop_database(home.backing.database)
        servers.rule(sql.SQL(LATIN_1).format(name))
        home.start()
        with client_of(home) as client:
            body = {"email": "łukasz@example.org", "password": PASSWORD}
            answer = client.post(SIGN_IN, json=body)
        assert (answer.status_code, error_id(answer)) == (503, "database-unavailable")
        assert "its encoding is not UTF-8" in home.log()
        assert "Traceback" not in home.log()
