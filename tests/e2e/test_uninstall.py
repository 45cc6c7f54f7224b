"""Taken back: exactly what was made, in the two ways a person can mean it."""

import sqlite3
from contextlib import closing

import httpx
import pytest
from tests.e2e.program import DEADLINE, EMAIL, PASSWORD, Site
from tests.gateway.process import NO_TLS

pytestmark = pytest.mark.install


def users(site: Site) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(site.home / "data/mosaic.db")) as database:
        return database.execute("select id, email from users").fetchall()


def test_uninstall_keeps_data_and_secrets_and_says_where(installed: Site) -> None:
    secrets = (installed.config / "secrets.toml").read_bytes()
    rows = users(installed)
    done = installed.run("uninstall", "--yes")
    assert f"Your data is still in {installed.home / 'data'}" in done.stderr
    assert str(installed.config / "secrets.toml") in done.stderr
    assert installed.processes() == []
    files = {p.relative_to(installed.home) for p in installed.home.rglob("*") if p.is_file()}
    left = {str(path) for path in files if path.parts[0] != "state"}
    assert left == {"config/secrets.toml", "data/mosaic.db"}
    assert users(installed) == rows
    assert (installed.config / "secrets.toml").read_bytes() == secrets


def test_an_install_over_kept_data_asks_for_no_password(installed: Site) -> None:
    rows = users(installed)
    installed.run("uninstall", "--yes")
    installed.run("install", "--yes")
    assert users(installed) == rows
    assert installed.has_working_token()
    answer = httpx.post(
        f"{installed.url}/api/auth/sign-in/email",
        json={"email": EMAIL, "password": PASSWORD},
        headers={"Origin": installed.url},
        timeout=DEADLINE,
        verify=NO_TLS,
    )
    assert answer.status_code == 200
    installed.run("uninstall", "--purge", "--yes")
    assert not installed.home.exists()


def test_an_administrator_whom_kept_data_does_not_know_is_told_of(installed: Site) -> None:
    installed.run("uninstall", "--yes")
    done = installed.run("install", "--yes", MOSAIC_ADMIN_EMAIL="bob@example.org")
    assert f"the token acts as {EMAIL}, not as bob@example.org" in done.stderr
    assert installed.has_working_token()


def test_a_purge_after_an_uninstall_takes_the_rest(installed: Site) -> None:
    installed.run("uninstall", "--yes")
    done = installed.run("uninstall", "--purge", "--yes")
    assert "Nothing is left" in done.stderr
    assert not installed.home.exists()


def test_a_purge_leaves_no_file_and_no_process(installed: Site) -> None:
    installed.run("install", "--set", "gateway.cors_origin=https://example.org")
    installed.run("gateway", "restart")
    installed.run("uninstall", "--purge", "--yes")
    assert not installed.home.exists()
    assert installed.processes() == []
    assert list(installed.user.iterdir()) == []
    installed.run("uninstall", "--purge", "--yes", code=1).says("nothing is installed")


def test_a_purge_without_a_yes_is_refused_where_nobody_can_be_asked(shared: Site) -> None:
    before = shared.snapshot()
    shared.run("uninstall", "--purge", code=2).says("must be confirmed", "`--yes`")
    assert shared.snapshot() == before


@pytest.mark.parametrize("purge", [(), ("--purge",)])
def test_a_foreign_file_is_left_and_said(installed: Site, purge: tuple[str, ...]) -> None:
    mine = installed.config / "mine.txt"
    mine.write_text("mine")
    done = installed.run("uninstall", *purge, "--yes", code=1 if purge else 0)
    assert mine.read_text() == "mine"
    if purge:
        done.says("not ours", str(installed.home))
        left = [path for path in installed.home.rglob("*") if path.is_file()]
        assert left == [mine]


def test_a_purge_keeps_the_backups_that_the_person_made(installed: Site) -> None:
    backup = installed.home / "data/backups/mosaic.db.bak"
    backup.parent.mkdir()
    (installed.home / "data/mosaic.db.20260101").write_text("put aside by an earlier run")
    backup.write_text("mine")
    listed = installed.run("uninstall", "--purge", "--dry-run").stdout
    assert listed.endswith(f"Keep your backups in {backup.parent}\n")
    done = installed.run("uninstall", "--purge", "--yes")
    assert f"Your backups in {backup.parent} were kept." in done.said
    assert "Nothing is left" not in done.said
    assert [path for path in installed.home.rglob("*") if path.is_file()] == [backup]
    installed.run("uninstall", "--purge", "--yes", code=1).says("nothing is installed")
    installed.install("--yes")
    assert backup.read_text() == "mine"


def test_a_dry_run_touches_nothing_and_lists_what_would_go(shared: Site) -> None:
    before = shared.snapshot()
    listed = shared.run("uninstall", "--dry-run").stdout
    assert f"Remove {shared.config}/gateway/.env unless you edited it\n" in listed
    assert listed.startswith("Stop the gateway\n") or "Stop the gateway\n" in listed
    assert f"Remove the folder {shared.home} if it is empty\n" in listed
    document = shared.run("uninstall", "--dry-run", "--json").document
    assert document["schema"] == 1
    assert len(document["actions"]) == len(listed.splitlines())
    assert shared.snapshot() == before


def test_an_uninstall_tells_programs_what_it_did(installed: Site) -> None:
    events = installed.run("uninstall", "--purge", "--yes", "--json").events
    assert {event["event"] for event in events} == {"stage_started", "action_done", "finished"}
    assert events[-1]["event"] == "finished"
    assert events[-1]["ok"] is True
    done = [event for event in events if event["event"] == "action_done"]
    assert events[-1]["changed"] == len(done)


def test_a_purge_that_leaves_something_tells_programs_so(installed: Site) -> None:
    (installed.config / "mine").write_text("mine")
    last = installed.run("uninstall", "--purge", "--yes", "--json", code=1).events[-1]
    assert (last["event"], last["ok"], last["id"]) == ("finished", False, "left-behind")


def test_without_its_journal_a_purge_takes_back_what_the_answers_describe(installed: Site) -> None:
    installed.journal.unlink()
    before = installed.snapshot()
    listed = installed.run("uninstall", "--dry-run")
    assert "is lost" in listed.stderr
    assert f"Remove {installed.config}/gateway/.env unless you edited it" in listed.stdout
    assert installed.snapshot() == before
    installed.run("uninstall", "--purge", "--yes")
    assert not installed.home.exists()
    assert installed.processes() == []


def test_without_its_journal_data_and_edits_stay_unless_they_are_purged(installed: Site) -> None:
    environment = installed.config / "gateway/.env"
    environment.write_text(environment.read_text() + "# mine\n")
    rows = users(installed)
    installed.journal.unlink()
    installed.run("uninstall", "--yes")
    assert installed.processes() == []
    assert users(installed) == rows
    assert environment.read_text().endswith("# mine\n")
    assert not installed.token_file.exists()
    assert (installed.config / "secrets.toml").exists()


def test_a_purge_takes_the_empty_folders_of_a_run_that_had_only_begun(site: Site) -> None:
    state = site.home / "state"
    state.mkdir(parents=True)
    (state / "lock").touch()
    foreign = site.home / "mine.txt"
    foreign.write_text("mine\n")
    site.run("uninstall", "--purge", "--yes", code=1).says("nothing is installed")
    foreign.unlink()
    assert "empty folders" in site.run("uninstall", "--purge", "--yes").stderr
    assert not site.home.exists()
