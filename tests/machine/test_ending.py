"""A real process that is killed, and the port that it had."""

import socket
import subprocess
import sys

import psutil
import pytest

from mosaic_installer.machine.processes.ending import has_ended

# The memory takes the last thread longer to leave than the first one.
PROGRAM = """
import socket, threading, time
listener = socket.create_server(("127.0.0.1", 0))
memory = bytearray(50_000_000)
for _ in range(30):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print(listener.getsockname()[1], flush=True)
time.sleep(60)
"""

pytestmark = pytest.mark.call


def test_who_was_killed_has_ended_when_its_port_is_free() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        port, process = int(child.stdout.readline()), psutil.Process(child.pid)
        assert not has_ended(process)
        child.kill()
        while not has_ended(process):
            pass
        assert process.status() == psutil.STATUS_ZOMBIE, "nobody has fetched it yet"
        with socket.socket() as door, pytest.raises(ConnectionRefusedError):
            door.connect(("127.0.0.1", port))
