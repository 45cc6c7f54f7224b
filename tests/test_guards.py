"""The guards of conftest.py stop what they are there to stop."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit


def test_home_cannot_be_written() -> None:
    with pytest.raises(OSError, match="a-unit-test-must-not-use-the-home-folder"):
        (Path.home() / ".config").mkdir(parents=True)


def test_programs_cannot_be_started() -> None:
    with pytest.raises(AssertionError, match=r"a unit test started a program: .*true"):
        subprocess.run(["true"], check=False)
    with pytest.raises(AssertionError, match="a unit test started a program: true"):
        os.system("true")  # noqa: S605 # it is refused


def test_network_cannot_be_reached() -> None:
    with socket.socket() as peer, pytest.raises(AssertionError, match=r"used the network: .*9"):
        peer.connect(("127.0.0.1", 9))
    with pytest.raises(AssertionError, match=r"a unit test used the network: example\.org"):
        socket.create_connection(("example.org", 80))


def test_event_loops_still_run() -> None:
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"


def test_settings_of_the_developer_do_not_reach_tests() -> None:
    assert [name for name in os.environ if name.startswith("MOSAIC_")] == []


def test_ports_differ_and_are_free(new_port: Callable[[], int], free_port: int) -> None:
    ports = [new_port(), new_port(), free_port]
    assert len(set(ports)) == len(ports)
    for port in ports:
        with socket.socket() as server:
            server.bind(("127.0.0.1", port))


def test_installation_folder_is_not_there_yet(mosaic_home: Path) -> None:
    assert not mosaic_home.exists()
    assert mosaic_home.parent.is_dir()
