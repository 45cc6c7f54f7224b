"""A database that an accident changed: named with its cause, and moved only after a word."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, Site
from tests.e2e.recovering import proves_repaired
from tests.e2e.terminal import DOWN, ENTER, SIGN, Terminal

pytestmark = pytest.mark.install

RANDOM = bytes(range(128, 256)) * 80
WAY, GO = "What would you like to do?", "Apply this plan?"


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_a_page(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: 2 * 4096] + RANDOM[:4096] + whole[3 * 4096 :])


def replace_by_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").write_text("somebody's")


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_by_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "half": (halve, "malformed"),
    "random": (lambda path: path.write_bytes(RANDOM), "file is not a database"),
    "page": (spoil_a_page, "is damaged ("),
    "directory": (replace_by_directory, "it is a folder"),
    "pipe": (replace_by_pipe, "it is no regular file"),
    "device": (replace_by_device, "it is no regular file"),
}


def content(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    if path.is_dir():
        return [inner.read_bytes() for inner in path.iterdir()]
    return path.read_bytes() if path.is_file() else path.is_fifo()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("damage", DAMAGE)
def test_row_14_a_damaged_database_is_put_aside_after_a_word(used: Site, damage: str) -> None:
    used.run("gateway", "stop")
    place = used.home / "data/mosaic.db"
    backup = place.with_name("mosaic.db.bak")
    shutil.copy(place, backup)
    spoil, cause = DAMAGE[damage]
    spoil(place)
    damaged = content(place)
    for words in (("install", "--yes"), ("doctor", "--fix")):
        said = used.run(*words, code=4).said
        assert "database-is-sound" in said
        assert cause in said
        assert f"backups: `{backup}`" in said
    consent = ("install", "--yes", "--ignore", "database-is-sound")
    used.run(*consent, code=2).says("admin.password is missing")
    assert content(place) == damaged

    used.install(*consent[1:])
    assert used.has_working_token()
    (aside,) = place.parent.glob("mosaic.db.2*")
    assert content(aside) == damaged
    assert "Already up to date" in used.run("install", "--yes").stderr

    used.run("gateway", "stop")
    backup.replace(place)
    used.run("install", "--yes")
    proves_repaired(used)
    used.run("uninstall", "--purge", "--yes")
    assert not used.home.exists()


def test_a_database_that_is_damaged_under_the_gateway_is_named(used: Site) -> None:
    used.run("gateway", "restart")  # its log is in its main file now
    gateway, place = used.gateway(), used.home / "data/mosaic.db"
    halve(place)
    said = used.run("install", "--yes", code=4).stderr
    assert "database-is-sound" in said
    assert used.gateway() == gateway
    used.install("--yes", "--ignore", "database-is-sound")
    assert used.has_working_token()
    assert len(list(place.parent.glob("mosaic.db.2*"))) == 1


def test_data_that_was_kept_damaged_is_named_before_anything_is_made(used: Site) -> None:
    used.run("uninstall", "--yes")
    halve(used.home / "data/mosaic.db")
    used.install("--yes", code=4).says("database-is-sound")
    used.install("--yes", "--ignore", "database-is-sound")
    assert used.has_working_token()


def test_an_emptied_file_and_what_belonged_to_it_are_put_aside_together(used: Site) -> None:
    place = used.home / "data/mosaic.db"
    log = place.with_name("mosaic.db-wal")
    shutil.copy(log, used.user / "log")
    used.run("gateway", "stop")
    place.write_bytes(b"")
    (used.user / "log").replace(log)
    used.run("install", "--yes", code=4).says("database-file-is-there")
    used.install("--yes", "--ignore", "database-file-is-there")
    assert used.has_working_token()
    names = [path.name for path in place.parent.glob("mosaic.db.2*")]
    assert sorted(name.rpartition("-")[2] == "wal" for name in names) == [False, True]


def test_a_person_may_choose_to_begin_with_an_empty_one(used: Site) -> None:
    used.run("gateway", "stop")
    place = used.home / "data/mosaic.db"
    place.write_bytes(RANDOM)
    given: dict[str, Any] = dict(ADMIN)
    with Terminal(used, "install", **given) as terminal:
        terminal.sees("file is not a database", WAY, "start with an empty one")
        terminal.types(DOWN + ENTER).sees(f"{SIGN} Continue").types(ENTER).answers(GO, "").sees(
            "Mosaic is ready"
        ).ends()
    assert used.has_working_token()
    (aside,) = place.parent.glob("mosaic.db.2*")
    assert aside.read_bytes() == RANDOM
