"""The first migration of a database with people in it: killed in the middle, locked out, or full.

Each time the database is as it was before, and the next run brings it up to date with every row.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.command import upgrade as alembic_upgrade
from alembic.config import Config
from sqlalchemy import text
from tests.gateway.backings import PostgresBacking
from tests.gateway.process import DEADLINE, Home, sqlite_home

from mosaic_gateway import migrations
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.tier_config import read_tier_config
from mosaic_gateway.migrations import HEAD
from mosaic_gateway.storage.opening import open_storage

pytestmark = pytest.mark.gateway

ON_BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgres"], indirect=True, scope="session")
ON_POSTGRES = pytest.mark.parametrize("kind", ["postgres"], indirect=True, scope="session")
PEOPLE, TOKENS = 200, 30_000
LABEL = "X" * 150
"""So long that the changes outgrow the memory that SQLite keeps them in until the end."""
WRITTEN = 500_000
"""So many bytes of the changes are in SQLite's log when it is killed."""
USERS = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
    " INSERT INTO users (id, name, email, email_key, role, password_hash, created_at)"
    " SELECT 'u' || i, 'X', i || '@x', i || '@x', 'admin', 'hash', CURRENT_TIMESTAMP FROM n"
)
TOKEN_ROWS = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
    " INSERT INTO tokens (id, user_id, label, digest, created_at)"
    " SELECT 't' || i, 'u' || (i % :people), :label, 'digest ' || i, CURRENT_TIMESTAMP FROM n"
)
ENDLESS = (
    "CREATE TRIGGER endless AFTER UPDATE ON tokens WHEN new.id = 't29000' BEGIN"
    " SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i FROM n); END"
)
"""Stops an update near its end without ending: what a slow disk does for a moment."""


def _fill_as_0003(home: Home) -> None:
    """A database with people and tokens, as version 0003 of the schema kept them."""
    environment = Environment(home.backing.environment(), None)
    config = read_tier_config(home.config, lambda: environment)
    storage = open_storage(config.storage, create=True)
    with storage.migrating() as connection:
        alembic = Config(attributes={"connection": connection})
        alembic.set_main_option("script_location", str(Path(migrations.__file__).parent))
        alembic_upgrade(alembic, "0003")
        connection.execute(text(USERS), {"most": PEOPLE - 1})
        shape = {"most": TOKENS - 1, "people": PEOPLE, "label": LABEL}
        connection.execute(text(TOKEN_ROWS), shape)
    storage.close()


def _is_as_before(home: Home) -> None:
    assert home.sql("SELECT version_num FROM alembic_version") == [("0003",)]
    assert home.sql("SELECT count(*) FROM tokens") == [(TOKENS,)]
    with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedColumn)):
        home.sql("SELECT scopes FROM tokens")
    with pytest.raises((sqlite3.OperationalError, psycopg.errors.UndefinedTable)):
        home.sql("SELECT id FROM invitations")


def _converges(home: Home) -> None:
    result = home.run("migrate")
    assert (result.returncode, result.stdout) == (0, f"migrated to {HEAD}\n"), result.stderr
    assert home.sql("SELECT scopes, count(*) FROM tokens GROUP BY scopes") == [
        ("admin chat", TOKENS)
    ]
    assert home.sql("SELECT count(*) FROM users") == [(PEOPLE,)]
    assert home.sql("SELECT count(*) FROM invitations") == [(0,)]
    assert len(json.loads(home.run("admin", "list").stdout)) == PEOPLE


def _killed_when(home: Home, is_in_the_middle: Callable[[], bool]) -> None:
    """Begin to migrate, and kill it without a word at a moment when it cannot have ended."""
    process = subprocess.Popen(
        home.command(["migrate"]), env=home.environment(), stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + DEADLINE
        while not is_in_the_middle():
            assert process.poll() is None, process.communicate()[1].decode()
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE)
    assert process.returncode == -signal.SIGKILL


def test_killed_in_the_middle_on_sqlite(home: Home) -> None:
    _fill_as_0003(home)
    home.sql(ENDLESS)
    log = home.database.with_name(f"{home.database.name}-wal")
    _killed_when(home, lambda: log.exists() and log.stat().st_size > WRITTEN)
    _is_as_before(home)
    assert home.sql("PRAGMA integrity_check") == [("ok",)]
    home.sql("DROP TRIGGER endless")
    _converges(home)


@ON_POSTGRES
def test_killed_in_the_middle_on_postgres(home: Home) -> None:
    _fill_as_0003(home)
    assert isinstance(home.backing, PostgresBacking)
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    # Its last statement refers to the users, who are locked: all others have been carried out.
    with psycopg.connect(home.backing.url, password=_password(home)) as connection:
        connection.execute("LOCK TABLE users IN ROW EXCLUSIVE MODE")
        _killed_when(home, lambda: home.sql(waits) == [(1,)])
    _is_as_before(home)
    _converges(home)


def _password(home: Home) -> str:
    return home.backing.environment()["MOSAIC_DATABASE_PASSWORD"]


@ON_BOTH
def test_a_statement_that_fails_is_named_and_undone(home: Home) -> None:
    _fill_as_0003(home)
    home.sql("CREATE TABLE invitations (whatever integer)")
    for command in ("migrate", "serve"):
        result = home.run(command)
        assert result.returncode == 1
        way = f"a statement on the way from version `0003` to `{HEAD}` failed: "
        assert f"error: the database could not be migrated: {way}" in result.stderr
        assert "invitations" in result.stderr
        assert "already exists" in result.stderr
        assert "nothing was changed" in result.stderr
    home.sql("DROP TABLE invitations")
    _is_as_before(home)
    _converges(home)


def test_a_locked_database_is_named(home: Home) -> None:
    _fill_as_0003(home)
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = home.run("migrate")
    assert result.returncode == 1
    assert "could not be migrated: the database" in result.stderr
    assert "is locked by another program" in result.stderr
    _is_as_before(home)
    _converges(home)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk that the database just fits on, and gone after the test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    yield folder
    if folder.is_mount():
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


def test_a_full_disk_is_named(tmp_path: Path, small_disk: Path) -> None:
    (tmp_path / "roomy").mkdir()
    roomy = sqlite_home(tmp_path / "roomy")
    _fill_as_0003(roomy)
    size = roomy.database.stat().st_size + 200_000
    command = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small_disk))
    subprocess.run(command, check=True)
    home = sqlite_home(small_disk)
    shutil.copyfile(roomy.database, home.database)
    result = home.run("migrate")
    assert result.returncode == 1
    assert "could not be migrated: the database" in result.stderr
    assert "the disk is full" in result.stderr
    _is_as_before(home)
    subprocess.run(("mount", "-o", "remount,size=50m", str(small_disk)), check=True)
    _converges(home)
