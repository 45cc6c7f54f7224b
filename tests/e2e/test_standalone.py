"""Tier standalone: PostgreSQL, Valkey and the gateway as containers, from nothing and back."""

import json

import pytest
from tests.e2e.program import EMAIL, PASSWORD
from tests.e2e.stack import Stack
from tests.engine.engine import Engine, run

pytestmark = pytest.mark.install

VALKEY = "valkey/valkey:8-alpine"
SERVICES = ("postgres", "valkey", "gateway")


def test_it_ends_with_a_token_that_works_and_rows_in_postgresql(shared_stack: Stack) -> None:
    site = shared_stack.site
    assert site.has_working_token()
    assert shared_stack.psql("SELECT email FROM users") == EMAIL
    assert shared_stack.psql("SHOW server_version").startswith("17.")
    services = {
        row["name"]: row for row in shared_stack.run("status", "--json").document["services"]
    }
    assert set(services) == {"postgres", "valkey", "gateway"}
    assert all(row["healthy"] for row in services.values())
    assert services["gateway"]["ports"] == [f"127.0.0.1:{site.port}"]
    assert services["postgres"]["ports"] == services["valkey"]["ports"] == []


def test_a_second_run_writes_nothing_and_restarts_nothing(shared_stack: Stack) -> None:
    before = shared_stack.site.snapshot()
    started = {name: shared_stack.inspect(name)["State"]["StartedAt"] for name in SERVICES}
    assert "Already up to date" in shared_stack.run("install", "--yes").stderr
    assert shared_stack.site.snapshot() == before
    for name, moment in started.items():
        assert shared_stack.inspect(name)["State"]["StartedAt"] == moment


def test_no_secret_is_in_what_the_engine_or_a_log_shows(shared_stack: Stack) -> None:
    site = shared_stack.site
    files = [
        site.config / "gateway/secrets" / name
        for name in ("session-secret", "database-password", "valkey-password")
    ]
    secrets = {path.read_text() for path in files} | {PASSWORD, site.token()}
    assert len(secrets) == 5
    places = {name: json.dumps(shared_stack.inspect(name)) for name in SERVICES}
    for name in SERVICES:
        words = ("gateway", "logs", "--service", name, "--lines", "1000")
        places[f"the log of {name}"] = shared_stack.run(*words).stdout
    for path in [
        *site.state.rglob("*"),
        site.config / "compose/compose.yaml",
        site.config / "compose/.env",
    ]:
        if path.is_file():
            places[str(path)] = path.read_text(errors="replace")
    for place, text in places.items():
        assert not [secret for secret in secrets if secret in text], place


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_has_no_more_rights_than_it_needs(shared_stack: Stack, service: str) -> None:
    found = shared_stack.inspect(service)
    host = found["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0
    assert host["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "3"}
    # The first process is only the engine's own init; what it started is who answers.
    shown = shared_stack.exec(service, "sh", "-c", "grep -h ^Uid /proc/[2-9]*/status || true")
    users = {line.split()[1] for line in shown.splitlines()}
    assert users - {"0"}
    if service == "gateway":
        assert "0" not in users


def test_a_stop_is_no_crash(broken_stack: Stack) -> None:
    folder = str(broken_stack.site.config / "compose")
    run("docker", "compose", "--project-directory", folder, "stop")
    for service in SERVICES:
        assert broken_stack.inspect(service)["State"]["ExitCode"] == 0, service
    log = broken_stack.run("gateway", "logs", "--service", "postgres").stdout
    assert log.strip().endswith("database system is shut down")
    broken_stack.run("install", "--yes")
    assert broken_stack.site.has_working_token()


def test_data_that_is_kept_is_found_again(broken_stack: Stack) -> None:
    stack = broken_stack
    said = stack.run("uninstall", "--yes").stderr
    assert f"in the volumes `{stack.project}_postgres` and `{stack.project}_valkey`" in said
    assert stack.made()["containers"] == []
    assert len(stack.made()["volumes"]) == 2
    stack.install("--yes")
    assert stack.site.has_working_token()
    assert stack.psql("SELECT count(*) FROM users") == "1"
    stack.run("uninstall", "--yes")
    stack.run("uninstall", "--purge", "--yes")
    assert stack.made()["volumes"] == []
    assert not stack.site.home.exists()


def test_uninstall_leaves_nothing_of_ours_and_all_of_neighbours(
    broken_stack: Stack, engine: Engine
) -> None:
    stack = broken_stack
    neighbours = [
        engine.run(VALKEY, options=[f"--label={label}={name}"])
        for label in ("com.docker.compose.project", "org.mosaicstack.project")
        for name in ("mosaic", f"{stack.project}-other")
    ]
    volume = engine.volume()
    stack.run("gateway", "stop")
    stack.run("uninstall", "--purge", "--yes")
    assert stack.made() == {"containers": [], "networks": [], "volumes": [], "images": []}
    assert all(each.state()["Running"] for each in neighbours)
    assert engine.made()["volume"] == [volume]
    assert not stack.site.home.exists()
