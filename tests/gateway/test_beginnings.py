"""Where the gateway begins with an empty database: in one that somebody made for that only."""

import sqlite3
import subprocess
from contextlib import closing

import pytest
from tests.gateway.process import Home

from mosaic_gateway.storage.sqlite import BEGINS_HERE
from mosaic_installer.core.actions.database_file import EMPTY_DATABASE

pytestmark = pytest.mark.gateway


@pytest.mark.parametrize("command", ["serve", "admin list"])
def test_without_a_database_none_is_made_silently(home: Home, command: str) -> None:
    result = home.run(*command.split())
    _refuses(result, "there is no database")
    assert not home.database.exists()


@pytest.mark.parametrize("command", ["serve", "admin list"])
def test_what_is_left_of_a_database_is_not_taken_for_a_new_one(home: Home, command: str) -> None:
    home.database.touch()
    result = home.run(*command.split())
    _refuses(result, "is empty")
    assert home.database.read_bytes() == b""
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    result = home.run(*command.split())
    _refuses(result, "is empty")


@pytest.mark.parametrize("content", [b"", EMPTY_DATABASE], ids=["nothing", "no tables"])
def test_whoever_asks_for_a_new_database_gets_one(home: Home, content: bytes) -> None:
    home.database.write_bytes(content)
    assert home.run("migrate").returncode == 0
    home.start()
    home.set_up()


def test_the_database_that_the_installer_makes_is_one_to_begin_in(home: Home) -> None:
    home.database.write_bytes(EMPTY_DATABASE)
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA application_id").fetchall() == [(BEGINS_HERE,)]
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []
    home.start()
    home.set_up()


def _refuses(result: "subprocess.CompletedProcess[str]", words: str) -> None:
    assert result.returncode == 1
    assert words in result.stderr
    assert "hint: put a backup there" in result.stderr
