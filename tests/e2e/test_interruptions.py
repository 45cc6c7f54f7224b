"""A run that is killed at any point, and two runs at once: the next run finds a way on."""

import fcntl
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.e2e.program import DEADLINE, EMAIL, Site, eventually, lines_of

pytestmark = pytest.mark.install

HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def outcomes(journal: Path) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in lines_of(journal)]
    return [(row["outcome"], row["kind"]) for row in rows if "outcome" in row]


def administrators(site: Site) -> list[str]:
    with closing(sqlite3.connect(site.home / "data/mosaic.db")) as database:
        rows = database.execute("select email from users where role = 'admin'").fetchall()
    return [email for (email,) in rows]


def kill_when_begun(site: Site, kind: str, count: int) -> None:
    """Start an installation and kill it, as a crash would, once the journal says `kind`."""
    run = site.start("install", "--yes", MOSAIC_ADMIN_EMAIL=EMAIL, MOSAIC_ADMIN_PASSWORD="x" * 8)
    with run:
        journal = site.journal

        def is_begun() -> bool:
            text = journal.read_text() if journal.exists() else ""
            begun = '"outcome": "begun", "stage"'
            rows = [row for row in text.splitlines() if begun in row and f'"{kind}"' in row]
            return len(rows) >= count or run.poll() is not None

        while not is_begun():
            pass  # no pause: the point to hit is short
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=DEADLINE)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("MakeDirectory", 5),
        ("GenerateSecrets", 1),
        ("SaveAnswers", 1),
        ("WriteFile", 1),
        ("WriteFile", 3),
        ("StartGateway", 1),
        ("WaitUntilHealthy", 1),
        ("CreateAdministrator", 1),
    ],
)
def test_a_run_that_was_killed_is_finished_by_the_next(site: Site, kind: str, count: int) -> None:
    kill_when_begun(site, kind, count)
    site.install("--yes")
    assert site.has_working_token()
    assert administrators(site) == [EMAIL]
    assert "Already up to date" in site.run("install").stderr
    site.run("uninstall", "--purge", "--yes")
    assert not site.home.exists()
    assert site.processes() == []


@pytest.mark.parametrize("kind", ["MakeDirectory", "StartGateway"])
def test_a_run_that_was_killed_can_be_taken_back(site: Site, kind: str) -> None:
    kill_when_begun(site, kind, 1)
    site.run("uninstall", "--purge", "--yes")
    assert not site.home.exists()
    assert site.processes() == []


def test_a_torn_last_line_of_the_journal_is_passed_over(installed: Site) -> None:
    with installed.journal.open("a") as journal:
        journal.write('{"at": "2026-')
    installed.run("install", "--set", "gateway.cors_origin=https://example.org")
    installed.run("uninstall", "--purge", "--yes")
    assert not installed.home.exists()


@pytest.fixture
def holder(installed: Site) -> Iterator["subprocess.Popen[str]"]:
    """Another run that is changing the installation."""
    command = (sys.executable, "-c", HOLDER, str(installed.state / "lock"))
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()


@pytest.mark.parametrize(
    "words",
    [
        ("install", "--set", "gateway.cors_origin=https://example.org"),
        ("gateway", "stop"),
        ("gateway", "restart"),
        ("uninstall", "--purge", "--yes"),
    ],
)
def test_another_run_is_waited_for_by_the_person_and_named(
    installed: Site, holder: "subprocess.Popen[str]", words: tuple[str, ...]
) -> None:
    before = installed.snapshot()
    installed.run(*words, code=8).says(
        f"another run is changing this installation (process {holder.pid})"
    )
    assert installed.snapshot() == before


def test_runs_that_change_nothing_need_no_lock(
    installed: Site, holder: "subprocess.Popen[str]"
) -> None:
    for words in (["install"], ["install", "--check"], ["doctor"], ["status"], ["token", "show"]):
        installed.run(*words)


def test_of_two_runs_at_once_one_installs(site: Site) -> None:
    settings = {"MOSAIC_ADMIN_EMAIL": EMAIL, "MOSAIC_ADMIN_PASSWORD": "correct-horse-9"}
    runs = [site.start("install", "--yes", **settings) for _ in range(3)]
    said = [run.communicate(timeout=DEADLINE) for run in runs]
    codes = sorted(run.returncode for run in runs)
    assert codes[0] == 0, said
    assert set(codes) <= {0, 8}, said
    assert site.has_working_token()
    assert administrators(site) == [EMAIL]
    assert len(site.supervisor().children()) == 1
    assert "Already up to date" in site.run("install").stderr
    site.run("uninstall", "--purge", "--yes")
    assert not site.home.exists()
    assert site.processes() == []


def test_ctrl_c_without_a_terminal_says_how_to_go_on(site: Site) -> None:
    settings = {"MOSAIC_ADMIN_EMAIL": EMAIL, "MOSAIC_ADMIN_PASSWORD": "correct-horse-9"}
    with site.start("install", "--yes", **settings) as run:
        eventually(lambda: ("begun", "StartGateway") in outcomes(site.journal), "the start")
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=DEADLINE)
    assert run.returncode == 130, said
    assert "Traceback" not in said
    # On a busy machine, the step may be over when the signal arrives.
    assert "interrupted at: " in said or "interrupted between two steps" in said
    assert "`mosaic install` continues from here, `mosaic uninstall` removes it" in said
    site.install("--yes")
    assert site.has_working_token()


def test_the_lock_is_the_kernels_and_outlives_nobody(installed: Site) -> None:
    with (installed.state / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
    installed.run("install", "--set", "gateway.cors_origin=https://example.org")
