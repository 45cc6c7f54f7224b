"""How the container of PostgreSQL starts: what it removes before, and who learns the password.

The programs of the image are stand-ins here; test_postgres.py has the real server.
"""

import os
import subprocess
from pathlib import Path

import pytest

from mosaic_installer.core.containers.services.postgres import DATA, POSTGRES

pytestmark = pytest.mark.install

WHOLE = {"PG_VERSION": "17", "base/1/1255": "catalogue", "base/16384/1259": "of somebody"}
ENSURE = '[ -s PG_VERSION ] || echo "made with $POSTGRES_PASSWORD_FILE"; echo 17 >PG_VERSION'
ENTRYPOINT = 'echo "served with ${POSTGRES_PASSWORD_FILE-nothing}: $*"'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def start(data: Path, *, ensures: bool = True) -> str:
    programs = data.parent / "programs"
    programs.mkdir()
    add_program(programs / "docker-entrypoint.sh", ENTRYPOINT)
    if ensures:
        add_program(programs / "docker-ensure-initdb.sh", ENSURE)
    shell, *words = [word.replace(DATA, str(data)) for word in POSTGRES.entrypoint or ()]
    done = subprocess.run(
        [shell, *words, *(POSTGRES.command or ())],
        env={"PATH": f"{programs}:{os.environ['PATH']}", "POSTGRES_PASSWORD_FILE": "secret"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout + done.stderr


def add_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def fill(data: Path, files: dict[str, str], *folders: str) -> None:
    for folder in folders:
        (data / folder).mkdir(parents=True)
    for name, text in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(text)


def held(data: Path) -> set[str]:
    return {path.relative_to(data).as_posix() for path in data.rglob("*")} - {"PG_VERSION"}


@pytest.mark.parametrize(
    ("files", "folders"),
    [
        ({}, ("pg_wal/archive_status", "global", "base/1", "pg_tblspc")),
        ({"PG_VERSION": "17", "base/1/1255": "catalogue"}, ("pg_tblspc", "pg_wal")),
        ({"PG_VERSION": "", "global/pg_control": ""}, ("base/1", "pg_tblspc")),
    ],
)
def test_what_a_cut_off_initdb_left_is_removed(
    data: Path, files: dict[str, str], folders: tuple[str, ...]
) -> None:
    fill(data, files, *folders)
    said = start(data)
    assert "of a database that was never whole is removed" in said
    assert "made with secret" in said
    assert held(data) == set()


@pytest.mark.parametrize(
    ("files", "folders"),
    [
        (WHOLE, ("pg_tblspc",)),
        (WHOLE, ()),
        ({"backup.tar": "of somebody"}, ()),
        ({"pg_wal/backup.tar": "of somebody"}, ("base/1",)),
        ({"base/16384/1259": "of somebody"}, ("pg_wal", "pg_tblspc")),
        ({}, ("lost+found",)),
        ({}, ("mine/of/mine",)),
    ],
)
def test_what_may_be_somebodys_is_kept(
    data: Path, files: dict[str, str], folders: tuple[str, ...]
) -> None:
    fill(data, files, *folders)
    before = held(data)
    assert "is removed" not in start(data)
    assert held(data) == before


def test_the_server_never_learns_of_the_password(data: Path) -> None:
    assert start(data).splitlines() == ["made with secret", "served with nothing: postgres"]


def test_a_server_whose_database_is_there_does_not_learn_of_it_either(data: Path) -> None:
    fill(data, WHOLE, "pg_tblspc")
    assert start(data, ensures=False) == "served with nothing: postgres\n"


def test_an_image_without_a_program_of_its_own_makes_the_database_as_it_starts(data: Path) -> None:
    assert start(data, ensures=False) == "served with secret: postgres\n"
