"""A container engine that is not there, stopped or closed: explained, and nothing is touched."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, PROGRAM, Site, run
from tests.e2e.stack import Stack

pytestmark = pytest.mark.install

STANDALONE: dict[str, Any] = {"MOSAIC_STORAGE_TIER": "standalone"}


@pytest.fixture(params=["absent", "stopped", "elsewhere"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path, free_port: int) -> Iterator[str]:
    """The address of an engine that does not answer."""
    path = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as stopped:
        if request.param == "stopped":
            stopped.bind(str(path))
        is_elsewhere = request.param == "elsewhere"
        yield f"tcp://127.0.0.1:{free_port}" if is_elsewhere else f"unix://{path}"


def test_an_installation_is_refused_before_it_begins(site: Site, nowhere: str) -> None:
    done = site.install("--yes", code=4, DOCKER_HOST=nowhere, **STANDALONE)
    done.says("container engine", "start it")
    assert not site.home.exists()


@pytest.mark.sampled(1)
def test_what_is_installed_is_left_alone(shared_stack: Stack, nowhere: str) -> None:
    before, made = shared_stack.site.snapshot(), shared_stack.made()
    for words, code in (
        (("install", "--yes"), 4),
        (("doctor",), 4),
        (("doctor", "--fix"), 4),
        (("status",), 5),
        (("gateway", "logs"), 5),
        (("gateway", "stop"), 5),
        (("token", "recover"), 5),
        (("uninstall", "--yes"), 5),
        (("uninstall", "--purge", "--yes"), 5),
    ):
        done = shared_stack.run(*words, code=code, DOCKER_HOST=nowhere)
        assert "container engine" in done.said, words
        assert "hint: " in done.said, words
        assert ("gone for good" in done.said) is (words[0] == "uninstall"), words
    assert shared_stack.site.snapshot() == before
    assert shared_stack.made() == made
    assert shared_stack.site.has_working_token()


def test_an_engine_that_hangs_is_waited_for_a_moment(shared_stack: Stack, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "engine.sock"))
        hanging.listen()
        started = time.monotonic()
        done = shared_stack.run("status", code=5, DOCKER_HOST=f"unix://{tmp_path}/engine.sock")
    done.says("the container engine is silent")
    assert time.monotonic() - started < 45


def test_what_cannot_be_looked_at_is_not_called_done(shared_stack: Stack, nowhere: str) -> None:
    document = shared_stack.run("doctor", "--json", code=4, DOCKER_HOST=nowhere).document
    assert not document["ok"]
    done = {row["stage"]: row["done"] for row in document["actions"]}
    assert not done["Servers"]
    assert not done["Gateway"]
    assert done["Configuration"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a socket away")
def test_a_socket_that_is_closed_to_this_user(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "closed.sock"
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind(str(path))
        path.chmod(0o600)
        os.chown(path, 65534, 65534)
        # Root without the right to pass over permissions.
        limited = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
        variables = site.environment(DOCKER_HOST=f"unix://{path}", **STANDALONE, **ADMIN)
        done = run((*limited, *PROGRAM, "install", "--yes"), variables, 4)
    done.says("may not use the container engine", "usermod -aG docker")
    assert not site.home.exists()
