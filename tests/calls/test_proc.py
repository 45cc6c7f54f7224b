"""What /proc says of sockets and processes is what psutil says of them."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import psutil
import pytest

from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.machine import sockets
from mosaic_installer.machine.listeners import find_listeners
from mosaic_installer.machine.processes.running import FINGERPRINT, find_process

pytestmark = pytest.mark.call

LISTEN = "import socket, sys; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"
LONG_NAME = "a-program-with-a-long-name"


def listener(port: int, mark: str, address: str = "127.0.0.1") -> Listener:
    # Another program may have the same port at another address.
    (found,) = (row for row in find_listeners(mark) if (row.port, row.address) == (port, address))
    return found


@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_socket_that_listens_is_found_with_its_holder(
    family: socket.AddressFamily, address: str
) -> None:
    mine = psutil.Process()
    with closing(socket.create_server((address, 0), family=family)) as server:
        port = server.getsockname()[1]
        expected = {"address": address, "port": port, "program": mine.name(), "pid": os.getpid()}
        assert listener(port, "no such word", address) == Listener(**expected)
        assert listener(port, mine.cmdline()[-1], address) == Listener(**expected, is_ours=True)
        with closing(socket.create_connection((address, port))) as client:
            used = client.getsockname()[1]
            assert used not in {row.port for row in find_listeners("")}
    assert port not in {row.port for row in find_listeners("")}


@pytest.mark.parametrize("family", sockets.TABLES)
def test_the_kernel_says_what_its_tables_say(family: socket.AddressFamily) -> None:
    address = "127.0.0.1" if family == socket.AF_INET else "::1"
    with closing(socket.create_server((address, 0), family=family)) as server:
        port = server.getsockname()[1]
        asked, listed = sockets._asked(family), sockets._listed(family, sockets.TABLES[family])
        mine = [row for row in asked if row.port == port]
        assert [(row.address, row.owner) for row in mine] == [(address, os.getuid())]
        assert [row for row in listed if row.port == port] == mine


def test_a_long_name_is_whole_again() -> None:
    command = [LONG_NAME, "-c", f"{LISTEN}; sys.stdout.flush(); sys.stdin.read()"]
    with subprocess.Popen(
        command, executable=sys.executable, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert (
            listener(int(child.stdout.readline()), "").program == psutil.Process(child.pid).name()
        )
        child.stdin.close()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a network")
def test_who_took_a_socket_into_another_network_stays_unknown() -> None:
    words, pipe = ("unshare", "--net", "sh", "-c", "echo; cat"), subprocess.PIPE
    server = socket.create_server(("127.0.0.1", 0))
    port, kept = server.getsockname()[1], (server.fileno(),)
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, pass_fds=kept) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        server.close()
        assert listener(port, "") == Listener(address="127.0.0.1", port=port)
        child.stdin.close()


def test_a_process_is_as_old_as_it_is_and_tells_its_fingerprint() -> None:
    command = [sys.executable, "-c", "print(flush=True); input()"]
    pipe, environment = subprocess.PIPE, {FINGERPRINT: "a=b"}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()  # while a program is being loaded, its environment looks empty
        found = find_process(child.pid)
        assert found is not None
        assert (found.pid, found.fingerprint) == (child.pid, "a=b")
        assert found.since.timestamp() == pytest.approx(psutil.Process(child.pid).create_time())
        child.stdin.close()
    assert find_process(child.pid) is None
