"""The road of a script: nothing, installed, nothing to do, changed, looked at."""

import json

import pytest
from tests.e2e.program import EMAIL, Site

from mosaic_installer.machine.processes.ending import has_ended

pytestmark = pytest.mark.install


def test_a_first_run_ends_with_a_token_that_works(site: Site) -> None:
    done = site.install("--yes")
    assert f"Mosaic is ready at {site.url}" in done.stderr
    assert done.stdout == ""
    assert site.status_with(site.token()) == 200
    assert site.status_with("wrong") == 401


def test_a_second_run_writes_nothing_and_restarts_nothing(shared: Site) -> None:
    before, gateway = shared.snapshot(), shared.gateway()
    done = shared.run("install", "--yes")
    assert "Already up to date" in done.stderr
    assert shared.snapshot() == before
    assert shared.gateway() == gateway


def test_no_run_that_only_looks_touches_anything(shared: Site) -> None:
    before = shared.snapshot()
    for words in (
        ["install", "--dry-run"],
        ["install", "--check"],
        ["install", "--dry-run", "--diff", "--set", "gateway.cors_origin=https://example.org"],
        ["doctor"],
        ["status"],
        ["config", "show"],
        ["gateway", "logs"],
        ["uninstall", "--dry-run"],
    ):
        shared.run(*words)
        assert shared.snapshot() == before, words


def test_a_changed_port_moves_the_gateway_and_is_remembered(
    installed: Site, free_port: int
) -> None:
    before = installed.supervisor()
    changed = installed.install("--set", f"gateway.port={free_port}", "--json").events
    starts = [
        event["action"]
        for event in changed
        if event["event"] == "action_done" and event["action"].startswith("Start the gateway")
    ]
    assert len(starts) == 1
    assert has_ended(before)
    assert installed.has_working_token(port=free_port)
    assert f"port = {free_port}" in (installed.config / "answers.toml").read_text()
    environment = (installed.config / "gateway/.env").read_text()
    assert f"MOSAIC_GATEWAY_PORT='{free_port}'" in environment
    assert json.loads((installed.config / "gateway/meta.json").read_text())["port"] == free_port

    snapshot, gateway = installed.snapshot(), installed.gateway()
    again = installed.run("install", MOSAIC_GATEWAY_PORT=None)
    assert "Already up to date" in again.stderr
    assert installed.snapshot() == snapshot
    assert installed.gateway() == gateway


def test_a_setting_that_the_gateway_does_not_read_restarts_nothing(installed: Site) -> None:
    gateway = installed.gateway()
    done = installed.run("install", "--set", "admin.name=Ada", "--json")
    actions = [event["action"] for event in done.events if event["event"] == "action_done"]
    answers, copy = installed.config / "answers.toml", installed.config / "gateway/meta.json"
    assert actions == [f"Save your settings to {answers}", f"Write {copy}"]
    assert installed.gateway() == gateway


def test_a_dry_run_promises_what_the_first_run_does(site: Site) -> None:
    promised = site.install("--dry-run", "--json").document
    assert not site.home.exists()
    assert promised["schema"] == 1
    assert [file["change"] for file in promised["files"]] == ["create"] * 4
    assert _done(site.install("--json").events) == _to_do(promised)


def test_a_dry_run_promises_what_a_changing_run_does(installed: Site) -> None:
    change = ("install", "--set", "gateway.cors_origin=https://example.org", "--json")
    promised = installed.run(*change, "--dry-run").document
    file, copy = promised["files"]
    assert copy["path"] == str(installed.config / "gateway/meta.json")
    assert file["path"] == str(installed.config / "gateway/.env")
    assert file["change"] == "change"
    assert "+MOSAIC_CORS_ORIGIN='https://example.org'" in file["diff"]
    done = _done(installed.run(*change).events)
    assert done == _to_do(promised)
    assert len(done) == 5, (
        "the answers and their copy, the gateway's environment, its start, the wait"
    )


def test_the_events_of_a_run_are_lines_of_json_and_end_with_finished(site: Site) -> None:
    run = site.install("--json")
    assert run.stderr.count("error") == 0
    assert {event["schema"] for event in run.events} == {1}
    kinds = {event["event"] for event in run.events}
    assert {"stage_started", "action_started", "action_done"} <= kinds
    last = run.events[-1]
    assert last == {
        "schema": 1,
        "event": "finished",
        "ok": True,
        "changed": len(_done(run.events)),
        "skipped": sum(event["event"] == "action_skipped" for event in run.events),
        "gateway_url": site.url,
        "id": "",
    }
    again = site.run("install", "--json").events
    assert [event["event"] for event in again] == ["finished"]
    assert (again[0]["ok"], again[0]["changed"]) == (True, 0)


def test_the_events_of_a_failed_run_end_with_finished_too(site: Site) -> None:
    done = site.run("install", "--json", code=2)
    assert done.events == [
        {
            "schema": 1,
            "event": "finished",
            "ok": False,
            "changed": 0,
            "skipped": 0,
            "gateway_url": "",
            "id": "answers-invalid",
        }
    ]


def test_check_tells_a_difference_by_its_exit_code(installed: Site) -> None:
    same = installed.run("install", "--check")
    assert "Nothing would change" in same.stderr
    differs = installed.run(
        "install", "--check", "--set", "gateway.cors_origin=https://example.org", code=9
    )
    differs.says("would change something")
    assert "Save your settings" in differs.stdout


def test_check_with_json_prints_what_a_dry_run_with_json_prints(site: Site) -> None:
    shown = site.install("--check", "--json", code=9)
    promised = site.install("--dry-run", "--json").document
    assert shown.document["actions"] == promised["actions"]
    assert shown.document.keys() == promised.keys()
    assert "would change something" in shown.stderr
    assert site.run("install", "--check", "--json", code=2).stdout == ""
    site.install("--yes")
    promised = site.run("install", "--check", "--json").document
    assert all(action["done"] for action in promised["actions"])
    assert promised["files"] == []


def test_check_finds_everything_missing_where_nothing_is(site: Site) -> None:
    site.install("--check", code=9).says("would change something")
    assert not site.home.exists()


def test_diff_shows_the_change_and_makes_it(installed: Site) -> None:
    done = installed.run("install", "--diff", "--set", "gateway.cors_origin=https://example.org")
    assert "-MOSAIC_CORS_ORIGIN=''" in done.stdout
    assert "+MOSAIC_CORS_ORIGIN='https://example.org'" in done.stdout
    assert "example.org" in (installed.config / "gateway/.env").read_text()


def test_only_does_one_stage_and_knows_the_others(installed: Site) -> None:
    (installed.config / "gateway/.env").unlink()
    (installed.config / "gateway/secrets/session-secret").unlink()
    done = installed.run("install", "--only", "secrets", "--json")
    assert _done(done.events) == ["Write the secret session_secret for the gateway"]
    assert not (installed.config / "gateway/.env").exists()
    installed.run("install", "--only", "secretz", code=2).says("no such stage", "`secrets`")


def test_the_administrator_is_the_one_that_was_asked_for(shared: Site) -> None:
    assert f'email = "{EMAIL}"' in (shared.config / "answers.toml").read_text()


def _done(events: list[dict[str, str]]) -> list[str]:
    return [event["action"] for event in events if event["event"] == "action_done"]


def _to_do(document: dict[str, list[dict[str, str]]]) -> list[str]:
    return [row["action"] for row in document["actions"] if not row["done"]]
