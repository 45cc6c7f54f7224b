"""The database's file: deleted, moved or replaced under the gateway that has it open."""

import os
import shutil
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from tests.e2e.program import DEADLINE, Site
from tests.e2e.recovering import api, delete, folder, labels, proves_repaired, sql
from tests.gateway.process import NO_TLS

from mosaic_installer.machine.processes.ending import has_ended

pytestmark = pytest.mark.install

LOST = ("data/mosaic.db", "data")
SAYING = {
    "doctor": ("doctor", "--fix"),
    "install": ("install", "--yes"),
    "restart": ("gateway", "restart"),
    "stop": ("gateway", "stop"),
    "uninstall": ("uninstall", "--yes"),
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("how", SAYING)
@pytest.mark.parametrize("lost", LOST)
def test_row_14_a_deleted_database_is_saved_before_the_gateway_ends(
    used: Site, lost: str, how: str
) -> None:
    token = used.token()
    api(used, "POST", json={"label": "a moment before"})
    before = used.gateway()
    delete(used.home / lost)
    api(used, "POST", json={"label": "and after"})
    said = "database is gone from its place"
    assert f"running, but its {said}, at {used.url}" in used.run("status", code=6).stdout
    found = used.run("doctor", code=9).stdout
    assert f"the running gateway (process {before.pid}) still has it" in found
    assert "it will be recovered from the running gateway" in found

    used.run(*SAYING[how])
    assert has_ended(before)
    if how == "uninstall":
        used.install("--yes")
        return proves_repaired(used)
    assert (used.home / "data/mosaic.db").stat().st_mode & 0o777 == 0o600
    if how == "stop":
        used.run("gateway", "start")
    assert used.token() == token
    assert {"a moment before", "and after"} <= labels(used)
    assert folder(used) == {"mosaic.db"}
    assert "Already up to date" in used.run("install").stderr
    used.run("gateway", "restart")
    return proves_repaired(used)


def test_no_stage_alone_restarts_the_gateway_before_its_data_is_safe(used: Site) -> None:
    delete(used.home / "data")
    used.run("install", "--yes", "--only", "configuration", "--set", "gateway.hostname=example.org")
    used.run("install", "--yes", "--only", "gateway", "--set", "gateway.hostname=example.org")
    used.run("install", "--yes")
    proves_repaired(used)


def test_what_a_busy_gateway_promised_meanwhile_is_kept(used: Site) -> None:
    token, ends = used.token(), threading.Event()
    promised: set[str] = set()

    def write(name: str) -> None:
        url = f"{used.url}/api/admin/tokens"
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(headers=headers, verify=NO_TLS, timeout=60) as client:
            for number in range(5000):
                if ends.is_set():
                    break
                with suppress(httpx.HTTPError):  # not while the gateway is restarted
                    label = f"{name} {number}"
                    if client.post(url, json={"label": label}).status_code == 201:
                        promised.add(label)

    writers = [threading.Thread(target=write, args=(f"writer {each}",)) for each in range(4)]
    delete(used.home / "data/mosaic.db")
    for writer in writers:
        writer.start()
    try:
        used.run("doctor", "--fix")
    finally:
        ends.set()
        for writer in writers:
            writer.join(DEADLINE)
    assert len(promised) > 4
    assert promised <= labels(used)


def test_a_gateway_that_is_suspended_has_its_database_saved_as_well(used: Site) -> None:
    before = used.gateway()
    before.suspend()
    delete(used.home / "data")
    assert f"process {before.pid}) still has it" in used.run("doctor", code=9).stdout
    used.run("doctor", "--fix")
    assert has_ended(before)
    proves_repaired(used)


def test_a_lost_database_that_is_damaged_as_well_is_copied_and_left_to_the_person(
    used: Site,
) -> None:
    used.run("gateway", "restart")  # its log is in its main file now
    before, place = used.gateway(), used.home / "data/mosaic.db"
    shutil.copy(place, used.user / "backup")
    number = next(file.fd for file in before.open_files() if file.path == str(place))
    with Path(f"/proc/{before.pid}/fd/{number}").open("r+b") as opened:
        place.unlink()
        opened.seek(2 * 4096)
        opened.write(bytes(range(128, 256)) * 32)
    done = used.run("doctor", "--fix", code=9).stdout
    assert f"process {before.pid} has open is damaged" in done
    assert f"`sqlite3 {place}.damaged .recover` may save a part" in done
    assert used.gateway() == before
    assert before.status() != psutil.STATUS_STOPPED
    assert folder(used) == {"mosaic.db.damaged"}

    (used.user / "backup").rename(place)
    used.run("gateway", "restart")
    proves_repaired(used)


@pytest.fixture
def small_disk(used: Site) -> Path:
    """The data lies on a disk of its own, which is nearly full."""
    if os.geteuid() != 0:
        pytest.skip("root, to mount a small disk, is missing")
    return used.home / "data"


def test_a_disk_that_is_full_leaves_the_gateway_as_it_was(used: Site, small_disk: Path) -> None:
    used.run("gateway", "stop")
    whole = {path.name: path.read_bytes() for path in small_disk.iterdir()}
    with ExitStack() as stack:
        options = ("-t", "tmpfs", "-o", "size=1m,mode=0700", "none", str(small_disk))
        subprocess.run(("mount", *options), check=True)
        stack.callback(subprocess.run, ("umount", "--lazy", str(small_disk)), check=True)
        for name, content in whole.items():
            (small_disk / name).write_bytes(content)
        used.run("gateway", "start")
        before = used.gateway()
        # The use of a token is to be noted again, which cannot be done then.
        sql(used, "UPDATE tokens SET last_used_at = '2001-01-01 00:00:00.000000'")
        (small_disk / "mosaic.db").unlink()
        with suppress(OSError), (small_disk / "filler").open("wb") as filler:
            filler.write(bytes(2 * 1024 * 1024))
        done = used.run("doctor", "--fix", code=9)
        assert "No space left on device" in done.stdout
        assert used.gateway() == before
        assert before.status() != psutil.STATUS_STOPPED
        proves_repaired(used)
        assert not [name for name in folder(used) if "mosaic.db" in name]

        (small_disk / "filler").unlink()
        used.run("doctor", "--fix")
        proves_repaired(used)
        used.run("gateway", "stop")


@pytest.mark.parametrize("lost", LOST)
def test_a_database_that_was_moved_away_is_said_and_waited_for(used: Site, lost: str) -> None:
    gateway = used.gateway()
    place = used.home / lost
    place.rename(used.user / "backup")
    for command in (("install",), ("doctor", "--fix")):
        assert "the running gateway's database" in used.run(*command, code=4).said
        assert used.gateway() == gateway, "what it has open is not lost with a restart"

    (used.user / "backup").rename(place)
    used.run("status")
    used.run("install")
    proves_repaired(used)


def test_a_database_that_was_replaced_is_the_persons_to_choose(used: Site) -> None:
    gateway, place = used.gateway(), used.home / "data/mosaic.db"
    shutil.copy(place, used.user / "backup")
    (used.user / "backup").rename(place)
    done = used.run("doctor", "--fix", code=4)
    assert "was replaced while it was open" in done.stdout
    assert used.gateway() == gateway


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("data/mosaic.db", "there is no database at"),
        ("data", "of the database does not exist"),
    ],
)
def test_a_database_that_is_gone_is_begun_anew_only_after_a_word(
    used: Site, lost: str, said: str
) -> None:
    used.run("gateway", "stop")
    place = used.home / lost
    place.rename(used.user / "backup")
    used.run("gateway", "start", code=6).says(said)
    assert "is gone, and all data with it" in used.run("doctor", "--fix", code=4).stdout
    used.run("install", code=4)
    assert not (used.home / "data/mosaic.db").exists()

    before = used.snapshot()
    ignoring = ("install", "--yes", "--ignore", "database-file-is-there")
    used.run(*ignoring, code=2).says("admin.password is missing")
    assert used.snapshot() == before
    used.install(*ignoring[1:])
    assert used.has_working_token()

    used.run("gateway", "stop")
    for path in (used.home / "data").iterdir():
        path.unlink()
    (used.home / "data").rmdir()
    place.parent.mkdir(mode=0o700, exist_ok=True)
    (used.user / "backup").rename(place)
    used.install("--yes")
    proves_repaired(used)
