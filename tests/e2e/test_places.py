"""Where an installation can lie, and what it does where it cannot."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import PROGRAM, Site, run

pytestmark = pytest.mark.install

ODD = "a höme “with” %h $HOME 'quotes' \"and\" 日本 #1;"


def test_an_odd_path_works_from_install_to_uninstall(site: Site, tmp_path: Path) -> None:
    odd = replace(site, home=tmp_path / ODD / "m m")
    odd.install("--yes")
    assert odd.has_working_token()
    odd.run("gateway", "restart")
    assert odd.has_working_token()
    assert "Already up to date" in odd.run("install").stderr
    odd.run("doctor")
    odd.run("uninstall", "--purge", "--yes")
    assert not odd.home.exists()
    assert odd.processes() == []


def test_a_path_that_is_no_text_is_refused(site: Site) -> None:
    home = os.fsdecode(os.fsencode(site.home) + b"\xff")
    site.install(code=2, MOSAIC_HOME=home).says("UTF-8")
    assert list(site.home.parent.iterdir()) == [site.user]


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_files_are_private_whatever_the_umask(site: Site, umask: int) -> None:
    site.install("--yes", umask=umask)
    site.run("gateway", "restart", umask=umask)
    modes = {
        path.relative_to(site.home): path.stat().st_mode & 0o777
        for path in [site.home, *site.home.rglob("*")]
    }
    wrong = {
        str(path): oct(mode)
        for path, mode in modes.items()
        if mode != (0o700 if (site.home / path).is_dir() else 0o600)
    }
    assert wrong == {}
    assert Path("data/mosaic.db-wal") in modes
    assert Path("state/logs/gateway.log") in modes


@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"LC_ALL": "POSIX"}])
def test_a_poor_locale_is_no_obstacle(site: Site, locale: dict[str, Any]) -> None:
    site = replace(site, home=site.home.parent / "höme")
    site.install("--yes", MOSAIC_ADMIN_NAME="Ada Löwe", **locale)
    assert "Already up to date" in site.run("install", **locale).stderr
    assert 'name = "Ada Löwe"' in (site.config / "answers.toml").read_text("utf-8")
    site.run("config", "show", **locale)
    site.run("uninstall", "--purge", "--yes", **locale)
    assert not site.home.exists()


def test_without_home_the_named_place_will_do(site: Site) -> None:
    site.install("--yes", HOME=None)
    assert site.run("token", "show", HOME=None).stdout


def test_without_any_place_the_users_own_folders_are_found(site: Site) -> None:
    folders: dict[str, Any] = {
        "MOSAIC_HOME": None,
        "XDG_CONFIG_HOME": str(site.user / "c"),
        "XDG_DATA_HOME": str(site.user / "d"),
        "XDG_STATE_HOME": str(site.user / "s"),
    }
    site.install("--yes", **folders)
    assert (site.user / "c/mosaic/answers.toml").exists()
    assert (site.user / "d/mosaic/mosaic.db").exists()
    assert (site.user / "s/mosaic/journal.jsonl").exists()
    token = site.run("token", "show", **folders).stdout.strip()
    assert site.status_with(token) == 200
    site.run("uninstall", "--purge", "--yes", **folders)
    assert not list(site.user.rglob("mosaic*"))


def test_a_user_without_any_home_is_told_to_name_a_place(site: Site) -> None:
    # A user that the system does not know has no home folder but the one in HOME.
    command = ("setpriv", "--reuid=54321", "--clear-groups", "--")
    if os.getuid() != 0:
        pytest.skip("needs root, to run as a user that does not exist")
    environment = site.environment(HOME=None, MOSAIC_HOME=None)
    run((*command, *PROGRAM, "install"), environment, 1).says("no home folder", "MOSAIC_HOME")


def test_a_home_that_is_a_file_is_refused_and_kept(site: Site) -> None:
    site.home.write_text("mine")
    site.install(code=4).says(f"`{site.home}` is not a folder", "MOSAIC_HOME")
    assert site.home.read_text() == "mine"


def test_a_home_below_a_dangling_link_is_refused_and_kept(site: Site) -> None:
    site.home.symlink_to(site.home.parent / "nowhere")
    site.install(code=4).says(str(site.home), "MOSAIC_HOME")
    assert site.home.is_symlink()


def test_what_lay_in_the_folder_before_stays(site: Site) -> None:
    site.home.mkdir()
    (site.home / "mine.txt").write_text("mine")
    site.install("--yes")
    site.run("uninstall", "--purge", "--yes", code=1).says("not ours", str(site.home))
    assert [path.name for path in site.home.iterdir()] == ["mine.txt"]


def mounted(folder: Path, options: str) -> None:
    folder.mkdir(exist_ok=True)
    if os.getuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    command = ("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"cannot mount a small file system: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, made small or read-only by the test, and gone after it."""
    folder = tmp_path / "disk"
    try:
        yield folder
    finally:
        if folder.is_mount():
            subprocess.run(("umount", "--lazy", str(folder)), check=True)


def test_a_read_only_place_is_refused(site: Site, disk: Path) -> None:
    mounted(disk, "ro")
    site.install(code=4, MOSAIC_HOME=str(disk / "m")).says("cannot be written", "MOSAIC_HOME")


def test_a_place_that_turned_read_only_is_explained(site: Site, disk: Path) -> None:
    mounted(disk, "size=300m")
    on_disk = replace(site, home=disk / "m")
    on_disk.install("--yes")
    before = on_disk.snapshot()
    on_disk.run("gateway", "stop")
    subprocess.run(("mount", "-o", "remount,ro", str(disk)), check=True)
    on_disk.run("install", "--set", "gateway.cors_origin=https://a.example", code=4).says(
        "cannot be written"
    )
    on_disk.run("gateway", "start", code=1).says("Read-only file system")
    on_disk.run("uninstall", "--purge", "--yes", code=1).says("Read-only file system")
    subprocess.run(("mount", "-o", "remount,rw", str(disk)), check=True)
    assert on_disk.snapshot(but=("data", "state")) == {
        name: traits for name, traits in before.items() if not name.startswith("state")
    }
    on_disk.run("install")
    assert on_disk.has_working_token()
    on_disk.run("uninstall", "--purge", "--yes")


def test_a_disk_that_is_too_small_is_refused_before_anything_is_made(
    site: Site, disk: Path
) -> None:
    mounted(disk, "size=1m")
    done = site.install(code=4, MOSAIC_HOME=str(disk / "m"))
    done.says("1 MiB free", "tier local needs 256 MiB", "disk-is-enough")
    assert list(disk.iterdir()) == []


@pytest.mark.sampled(1)
@pytest.mark.parametrize("size", [16, 64, 160])
def test_a_disk_that_fills_up_on_the_way_loses_nothing(site: Site, disk: Path, size: int) -> None:
    mounted(disk, f"size={size}k")
    on_disk = replace(site, home=disk / "m")
    on_disk.install("--yes", "--ignore", "disk-is-enough", code=(1, 6)).says()
    subprocess.run(("mount", "-o", "remount,size=300m", str(disk)), check=True)
    on_disk.install("--yes")
    assert on_disk.has_working_token()
    on_disk.run("uninstall", "--purge", "--yes")
    assert list(disk.iterdir()) == []
