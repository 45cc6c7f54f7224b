"""The probe on the real engine, and on engines that are not there, closed, silent or old."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.engine.engine import Engine, run

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.frozen import replace
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.compose_command import begin_to_find_compose
from mosaic_installer.machine.engine.connection import find_engine
from mosaic_installer.machine.engine.probe import probe_engine

pytestmark = pytest.mark.install

PROJECT = "mosaic-test-probe"
MARKS = {labels.PROJECT: PROJECT, labels.HOME: "/srv/m", labels.SERVICE: "valkey"}
IMAGE = "valkey/valkey:8-alpine"
OPTIONS = [f"--label={key}={value}" for key, value in MARKS.items()]


@pytest.fixture(autouse=True)
def _compose_is_looked_for_again() -> Iterator[None]:
    """It is asked once in a run, and every test here is a run of its own."""
    begin_to_find_compose.cache_clear()
    yield
    begin_to_find_compose.cache_clear()


def test_the_engine_is_measured(engine: Engine) -> None:
    info = json.loads(run("docker", "info", "--format={{json .}}").stdout)
    found = probe_engine(PROJECT, (IMAGE, "no/such:image", "NOT A NAME"))
    assert (found.problem, found.reason) == ("", "")
    assert found.version == info["ServerVersion"]
    assert found.storage_driver == info["Driver"]
    assert found.data_root == info["DockerRootDir"]
    assert found.data_root_free is not None
    assert found.data_root_free > 0
    assert (found.memory, found.cpus) == (info["MemTotal"], info["NCPU"])
    assert not found.is_podman
    assert found.compose == ("docker", "compose")
    assert found.compose_version.startswith("2.")
    assert found.images == {IMAGE}
    assert found.image_architectures == ((IMAGE, found.architecture),)
    assert found.subnets
    assert set(found.subnets).isdisjoint(found.host_subnets)


def test_it_takes_less_than_a_second(engine: Engine) -> None:
    probe_engine(PROJECT)
    # The quickest tells, however busy the machine is.
    assert any(seconds_to_probe() < 1 for _ in range(10))


def seconds_to_probe() -> float:
    started = time.monotonic()
    probe_engine(PROJECT)
    return time.monotonic() - started


def test_parts_of_installations_are_found_by_their_labels(
    engine: Engine, free_port: int, tmp_path: Path
) -> None:
    publish = f"--publish=127.0.0.1:{free_port}:6379"
    container = engine.run(IMAGE, options=[*OPTIONS, publish], health="valkey-cli ping")
    container.wait_until_healthy()
    options = (f"--label={engine.label}", *OPTIONS)
    volume = run("docker", "volume", "create", *options).stdout.strip()
    network = f"{container.name}-network"
    run("docker", "network", "create", *options, network)
    put_back, stranger = f"{PROJECT}_postgres", f"{PROJECT}_data"
    for name in (put_back, stranger):
        run("docker", "volume", "create", f"--label={engine.label}", name)

    found = probe_engine(PROJECT)
    (by_name,) = [part for part in found.parts if not part.is_labelled]
    assert (by_name.name, by_name.service, by_name.home) == (put_back, "postgres", "")
    ours = {part.kind: part for part in found.parts if part.project == PROJECT and part.home}
    part = Part(kind="volume", name=volume, project=PROJECT, home="/srv/m", service="valkey")
    assert ours["volume"] == part
    assert ours["network"] == replace(part, kind="network", name=network)
    assert ours["container"] == replace(
        part,
        kind="container",
        name=container.name,
        state="running",
        health="healthy",
        image=IMAGE,
        ports=((free_port, 6379),),
    )
    assert len(ours) == 3


def test_a_connection_can_be_used(engine: Engine) -> None:
    with closing(find_engine()) as client:
        assert client.ping()


def at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")


def test_a_socket_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(tmp_path / "none.sock", monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = probe_engine(PROJECT)
    assert found.problem == "absent"
    assert "no container engine" in found.reason
    assert found.compose == ()
    assert "there is no Compose" in found.compose_problem
    with pytest.raises(EngineError) as raised:
        find_engine()
    assert raised.value.identifier == "engine-missing"


def test_a_socket_where_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(tmp_path / "dead.sock", monkeypatch)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "dead.sock"))
    found = probe_engine(PROJECT)
    assert found.problem == "unreachable"
    assert "does not answer" in found.reason


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_socket_that_is_closed_to_us() -> None:
    with TemporaryDirectory() as name, socket.socket(socket.AF_UNIX) as closed:
        folder = Path(name)
        folder.chmod(0o711)
        closed.bind(str(folder / "closed.sock"))
        closed.listen()
        (folder / "closed.sock").chmod(0o600)
        script = (
            "import os, sys; from mosaic_installer.machine.engine.probe import probe_engine;"
            "import concurrent.futures.thread, docker, requests;"
            "os.chdir('/'); os.setuid(65534); found = "
            f"probe_engine('{PROJECT}'); print(found.problem, found.reason, sep='\\n')"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "DOCKER_HOST": f"unix://{folder / 'closed.sock'}"},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    assert done.stdout.splitlines()[:1] == ["forbidden"], done.stderr
    assert "group `docker`" in done.stdout


def stand_in_for_compose(folder: Path, version: str) -> None:
    program = folder / "docker-compose"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "is_used"), [("1.27.4", False), ("1.29.2", True), ("v2.40.3", True), ("", False)]
)
def test_a_compose_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, *, is_used: bool
) -> None:
    stand_in_for_compose(tmp_path, version)
    monkeypatch.setenv("PATH", str(tmp_path))
    at(tmp_path / "none.sock", monkeypatch)
    found = probe_engine(PROJECT)
    assert found.compose == (("docker-compose",) if is_used else ())
    assert bool(found.compose_problem) is not is_used
    assert version.removeprefix("v") == found.compose_version
