"""What goes wrong with containers while they are installed, and later: a re-run puts it right."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, DEADLINE, eventually
from tests.e2e.stack import Stack
from tests.engine.engine import Engine
from tests.engine.engine import run as engine_run

pytestmark = pytest.mark.install

PROCESS: dict[str, Any] = {"MOSAIC_GATEWAY_RUNTIME": "process"}
STANDALONE: dict[str, Any] = {"MOSAIC_STORAGE_TIER": "standalone"}


@contextmanager
def listening(port: int) -> Iterator[None]:
    """Another program that listens on a port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


@contextmanager
def following(container: str) -> Iterator[Iterator[str]]:
    """What a container says, line by line, while it says it."""
    command = ("docker", "logs", "--follow", container)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as listening:
        assert listening.stdout is not None
        try:
            yield iter(listening.stdout)
        finally:
            listening.kill()


@pytest.fixture
def failing_image(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """PostgreSQL's image, but its program says something and ends."""
    name = f"mosaic-test-failing:{tmp_path.name.replace('_', '-')[-20:]}"
    program = tmp_path / "docker-entrypoint.sh"
    program.write_text("#!/bin/sh\necho the disk is on fire; exit 3\n")
    program.chmod(0o755)
    (tmp_path / "Dockerfile").write_text(
        "FROM pgvector/pgvector:pg17\nCOPY docker-entrypoint.sh /usr/local/bin/\n"
    )
    engine_run("docker", "build", "--quiet", f"--tag={name}", str(tmp_path))
    yield name
    engine_run("docker", "image", "rm", "--force", name)


def test_an_image_that_nobody_has_and_a_port_that_is_taken_after_the_checks(
    stack: Stack, free_port: int
) -> None:
    done = stack.install("--yes", code=5, MOSAIC_VALKEY_IMAGE="127.0.0.1:1/x:1", **PROCESS)
    done.says("127.0.0.1:1/x:1", "cannot reach the registry")
    assert stack.made()["containers"] == []
    mended = ("--set", "images.valkey=valkey/valkey:8-alpine")
    setting = (*mended, "--set", f"storage.postgres_port={free_port}")
    with listening(free_port):
        done = stack.install("--yes", *setting, code=4, **PROCESS)
        done.says(f"port {free_port} on 127.0.0.1, wanted for postgres, is taken")
        # Passing over the check stands for a program that comes after it.
        ignored = ("--ignore", "server-ports-are-free")
        done = stack.install("--yes", "--json", *ignored, *setting, code=1, **PROCESS)
        done.says(str(free_port))
        failed = [event for event in done.events if event["event"] == "action_failed"]
        assert [event["id"] for event in failed] == ["port-in-use"]
        assert "names that program and a free port" in failed[0]["hint"]
        again = stack.run("install", "--yes", code=4)
        again.says(f"port {free_port} on 127.0.0.1", "(pid ", "--set storage.postgres_port=")
    stack.install("--yes", MOSAIC_POSTGRES_PORT=None, **PROCESS)
    assert stack.site.has_working_token()
    assert stack.inspect("postgres")["NetworkSettings"]["Ports"]["5432/tcp"] == [
        {"HostIp": "127.0.0.1", "HostPort": str(free_port)}
    ]


def test_who_ends_at_once_ends_the_wait(stack: Stack, failing_image: str) -> None:
    done = stack.install("--yes", code=6, MOSAIC_POSTGRES_IMAGE=failing_image)
    done.says("the container of postgres", "the disk is on fire", "mosaic gateway logs")
    logs = stack.run("gateway", "logs", "--service", "postgres").stdout
    assert "the disk is on fire" in logs
    stack.install("--yes", "--set", "images.postgres=pgvector/pgvector:pg17")
    assert stack.site.has_working_token()
    stack.psql("UPDATE alembic_version SET version_num = '9999'")
    stack.psql("UPDATE compatibility SET compatible_from = '9998'")
    stack.run("gateway", "stop")
    done = stack.install("--yes", "--json", code=6)
    (failed,) = [event for event in done.events if event["event"] == "action_failed"]
    assert failed["id"] == "database-not-migrated"
    assert failed["hint"].startswith("install the newer version again")


@pytest.mark.sampled(1)
@pytest.mark.parametrize("line", ["creating configuration files", "syncing data to disk"])
def test_a_database_whose_making_is_cut_off_is_made_anew(stack: Stack, line: str) -> None:
    with stack.site.start("install", "--yes", "--json", **STANDALONE, **ADMIN) as process:
        assert process.stdout is not None
        # The first words of the wait: the container runs.
        assert any('"action_progress"' in event for event in process.stdout)
        making = stack.inspect("postgres")["State"]["Pid"]
        with following(stack.container("postgres")) as lines:
            assert any(line in each for each in lines)
            os.kill(making, signal.SIGKILL)
        process.communicate(timeout=DEADLINE)
    stack.install("--yes")
    assert stack.site.has_working_token()
    logs = stack.run("gateway", "logs", "--service", "postgres", "--lines", "1000").stdout
    assert "of a database that was never whole is removed" in logs


def test_what_somebody_keeps_in_any_database_of_the_server_is_kept(broken_stack: Stack) -> None:
    stack = broken_stack
    stack.run("gateway", "stop")
    elsewhere = ("psql", "--username=mosaic", "--dbname=postgres", "-At", "-c")
    stack.exec("postgres", *elsewhere, "CREATE TABLE kept AS SELECT 42 AS answer")
    stack.exec("postgres", *elsewhere, "DROP DATABASE mosaic WITH (FORCE)")
    engine_run("docker", "restart", stack.container("postgres"))
    eventually(
        lambda: stack.inspect("postgres")["State"]["Health"]["Status"] == "healthy",
        "PostgreSQL answers again",
    )
    assert stack.exec("postgres", *elsewhere, "SELECT answer FROM kept").strip() == "42"


def test_who_lost_their_places_in_the_network_get_them_back(broken_stack: Stack) -> None:
    stack = broken_stack
    (network,) = stack.made()["networks"]
    for service in ("postgres", "valkey", "gateway"):
        engine_run("docker", "network", "disconnect", network, stack.container(service))
    # Back again, but by a name that nobody asks for.
    engine_run("docker", "network", "connect", network, stack.container("valkey"))
    stack.run("doctor", code=9)
    stack.install("--yes")
    assert stack.site.has_working_token()
    assert stack.psql("SELECT count(*) FROM users") == "1"
    assert "Already up to date" in stack.run("install", "--yes").said


def test_the_users_own_compose_file_is_honoured_and_kept(stack: Stack) -> None:
    stack.install("--yes", **PROCESS)
    override = stack.site.config / "compose/compose.override.yaml"
    override.write_text("services: {valkey: {mem_limit: 300m}}\n")
    started = stack.inspect("postgres")["State"]["StartedAt"]
    assert "Already up to date" not in stack.run("install", "--yes").said
    assert stack.inspect("valkey")["HostConfig"]["Memory"] == 300 * 1024 * 1024
    assert stack.inspect("postgres")["State"]["StartedAt"] == started
    assert "Already up to date" in stack.run("install", "--yes").said
    override.write_text("services: {valkey: [}\n")
    stack.run("install", "--yes", code=5).says("compose.override.yaml")
    override.write_text("services: {valkey: {mem_limit: 300m}}\n")
    done = stack.run("uninstall", "--purge", "--yes", code=1)
    done.says("contains files that are not ours")
    assert override.read_text().startswith("services")
    assert stack.made() == {"containers": [], "networks": [], "volumes": [], "images": []}


def test_a_proxy_does_not_come_between_the_containers(stack: Stack) -> None:
    address = "http://127.0.0.1:1"
    docker = stack.site.user / ".docker"
    docker.mkdir()
    proxies = {"default": {"httpProxy": address, "httpsProxy": address}}
    (docker / "config.json").write_text(json.dumps({"proxies": proxies}))
    variables: dict[str, Any] = {
        "HTTP_PROXY": address,
        "HTTPS_PROXY": address,
        "ALL_PROXY": address,
    }
    lower: dict[str, Any] = {name.lower(): address for name in variables}
    stack.install("--yes", **variables, **lower)
    assert stack.run("status", **variables, **lower).code == 0
    assert stack.site.has_working_token()


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("stage", "event"),
    [
        ("Servers", "action_progress"),
        ("Gateway", "action_started"),
    ],
)
def test_a_run_that_is_killed_is_gone_on_with(stack: Stack, stage: str, event: str) -> None:
    process = stack.site.start("install", "--yes", "--json", **STANDALONE, **ADMIN)
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            row = json.loads(line)
            if (row["event"], row.get("stage")) == (event, stage):
                break
        else:
            pytest.fail(f"no {event} in {stage}")
        os.kill(process.pid, signal.SIGKILL)
    stack.install("--yes")
    assert stack.site.has_working_token()
    assert stack.psql("SELECT count(*) FROM users") == "1"
