"""Files, databases and gateways that were lost, and homes that moved: the way back.

Every test proves the repair with an authenticated call, and with a row that was there before.
The row numbers are those of docs/recovery.md.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.program import PROGRAM, Site, run
from tests.e2e.recovering import proves_repaired, sql

pytestmark = pytest.mark.install


def test_row_8_an_emptied_database_is_set_up_again(used: Site) -> None:
    dead = used.token()
    sql(used, "DELETE FROM tokens", "DELETE FROM users")
    used.run("install", "--yes", code=2).says("admin.password is missing")
    used.install("--yes")
    assert used.has_working_token()
    assert used.token_file.with_name("admin-token.old").read_text() == dead


def test_row_14_a_database_file_that_is_gone_is_begun_anew_after_a_yes(used: Site) -> None:
    dead = used.token()
    used.run("gateway", "stop")
    for path in (used.home / "data").iterdir():
        path.unlink()
    used.run("install", "--yes", code=4).says("is gone, and all data with it")
    used.install("--yes", "--ignore", "database-file-is-there")
    assert used.has_working_token()
    assert used.token_file.with_name("admin-token.old").read_text() == dead


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "name", ["mosaic.config.json", "gateway/.env", "gateway/meta.json", "gateway/secrets"]
)
def test_rows_9_and_12_a_deleted_file_is_rendered_again(used: Site, name: str) -> None:
    path = used.config / name
    before = used.snapshot()
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    used.run("install", "--yes")
    proves_repaired(used)
    assert set(before) <= set(used.snapshot())


def test_row_10_lost_answers_are_rebuilt_from_the_other_files(used: Site) -> None:
    used.run("install", "--yes", "--set", "gateway.cors_origin=https://mosaic.example.org")
    before = used.run("config", "show", "--json", MOSAIC_GATEWAY_PORT=None).document
    (used.config / "answers.toml").unlink()
    done = used.run("install", "--yes", MOSAIC_GATEWAY_PORT=None)
    assert "answers.toml is lost; rebuilt from the other files" in done.stderr
    proves_repaired(used)
    after = used.run("config", "show", "--json", MOSAIC_GATEWAY_PORT=None).document
    lost = {"admin.email", "admin.name"}  # what only matters while there is no administrator
    values = [
        {row["key"]: row["value"] for row in rows if row["key"] not in lost}
        for rows in (before, after)
    ]
    assert values[0] == values[1]


def test_row_13_a_dead_gateway_is_started_again(used: Site) -> None:
    used.end()
    used.run("install", "--yes")
    proves_repaired(used)


def test_row_16_a_home_that_was_moved_works_where_it_is_now(used: Site, tmp_path: Path) -> None:
    used.run("gateway", "stop")
    there = tmp_path / "elsewhere now"
    used.home.rename(there)
    moved = Site(home=there, user=used.user, port=used.port)
    try:
        moved.run("install", "--yes")
        proves_repaired(moved)
        assert str(used.home) not in (moved.config / "gateway/.env").read_text()
        moved.run("uninstall", "--purge", "--yes")
        assert not there.exists()
    finally:
        moved.end()


def test_row_16_a_copy_never_touches_the_original(
    used: Site, tmp_path: Path, new_port: Callable[[], int]
) -> None:
    pid = used.gateway().pid
    somebody = tmp_path / "somebody"
    somebody.mkdir()
    copy = Site(home=tmp_path / "copy", user=somebody, port=new_port())
    shutil.copytree(used.home, copy.home)
    try:
        variables = copy.environment(MOSAIC_GATEWAY_PORT=None)
        taken = run((*PROGRAM, "install", "--yes"), variables, 4)
        taken.says(f"port {used.port} on 127.0.0.1 is taken by")
        copy.run("install", "--yes")
        proves_repaired(copy)
        copy.run("uninstall", "--purge", "--yes")
    finally:
        copy.end()
    assert used.gateway().pid == pid
    proves_repaired(used)
