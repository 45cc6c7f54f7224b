"""Gateways forked from a process that has imported all of it, which takes longer than most tests.

Nothing else is shared: each is a process with the arguments, environment, files, folder and limits
of its own that it would be executed with. Where the way there is what a test is about, it executes.
"""

import atexit
import gc
import json
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent.parent
LARGEST = 200_000
"""Bytes of a request, of which most are the environment."""
IMPORTED = (
    "mosaic_gateway.cli",
    "mosaic_gateway.operation.commands",
    "mosaic_gateway.operation.serve",
    "mosaic_gateway.operation.admin_command",
    "mosaic_gateway.operation.services",
    "mosaic_gateway.operation.connections",
    "mosaic_gateway.operation.stopping",
    "mosaic_gateway.operation.log",
    "mosaic_gateway.http.application",
    "mosaic_gateway.migrations.upgrade",
    "mosaic_gateway.configuration.provider_config",
    "mosaic_gateway.configuration.routing_config",
    "mosaic_gateway.configuration.telemetry_config",
    "mosaic_gateway.telemetry.telemetry",
    "psycopg",
    "redis",
)


class Forked:
    """A process that is the child of another one; what tests use of `subprocess.Popen`."""

    def __init__(self, pid: int, door: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._door = door

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a forked gateway", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._door], [], [], timeout)[0]:
            self.returncode = int(self._door.recv(100))
            self._door.close()
        return self.returncode


@dataclass(frozen=True)
class Files:
    """Where a process reads and writes."""

    stdin: IO[Any]
    stdout: IO[Any]
    stderr: IO[Any]

    def numbers(self) -> list[int]:
        return [each.fileno() for each in (self.stdin, self.stdout, self.stderr)]


def fork(
    arguments: Sequence[str], environment: Mapping[str, str], files: Files, *, umask: int = 0o022
) -> Forked:
    """Have a gateway forked with these arguments; it runs by the time that this returns."""
    request = {
        "arguments": list(arguments),
        "environment": dict(environment),
        "folder": str(Path.cwd()),
        "files": resource.getrlimit(resource.RLIMIT_NOFILE),
        "umask": umask,
    }
    door, its_door = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its_door:
        numbers = [its_door.fileno(), *files.numbers()]
        socket.send_fds(_server(), [json.dumps(request).encode()], numbers)
    return Forked(int(door.recv(100)), door)


@cache
def _server() -> socket.socket:
    """Where requests go; the server ends with this process, however that ends."""
    door, its_door = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its_door:
        number = its_door.fileno()
        command = (sys.executable, "-m", "tests.gateway.fork_server", str(number))
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=(number,))

    def end() -> None:
        door.close()
        process.wait()

    atexit.register(end)
    return door


def main(door: socket.socket) -> None:
    """Fork whenever that is asked for; ends with whoever asks."""
    for each in IMPORTED:
        import_module(each)
    assert len([*Path("/proc/self/task").iterdir()]) == 1, "children would miss the other threads"
    # What is shared is not written to: a look for unused objects would copy all of it.
    gc.freeze()
    arguments = _serve(door)
    if arguments is not None:
        sys.argv[1:] = arguments
        runpy.run_module("mosaic_gateway", run_name="__main__", alter_sys=True)


def _serve(door: socket.socket) -> list[str] | None:
    """Return in every child, with its arguments, and at the end."""
    children: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for each in select.select([door.fileno(), *children], [], [])[0]:
            if each != door.fileno():
                _tell(each, *children.pop(each))
                continue
            data, numbers, _, _ = socket.recv_fds(door, LARGEST, 4)
            if not data:
                for pid, _ in children.values():
                    os.kill(pid, signal.SIGKILL)
                return None
            its_door = socket.socket(fileno=numbers[0])
            pid = os.fork()
            if pid == 0:
                _leave((door, its_door, *(other for _, other in children.values())), children)
                return _become(json.loads(data), numbers[1:])
            _leave((), numbers[1:])
            its_door.send(str(pid).encode())
            children[os.pidfd_open(pid)] = pid, its_door


def _leave(doors: Iterable[socket.socket], numbers: Iterable[int]) -> None:
    """Close what belongs to another process."""
    for door in doors:
        door.close()
    for number in numbers:
        os.close(number)


def _tell(number: int, pid: int, door: socket.socket) -> None:
    os.close(number)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    # A test need not look at what became of it.
    with door, suppress(BrokenPipeError):
        door.send(str(code).encode())


def _become(request: dict[str, Any], numbers: Sequence[int]) -> list[str]:
    """Be as if just executed: in the child."""
    for number, standard in zip(numbers, range(3), strict=True):
        os.dup2(number, standard)
        os.close(number)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    os.umask(request["umask"])
    resource.setrlimit(resource.RLIMIT_NOFILE, tuple(request["files"]))
    arguments: list[str] = request["arguments"]
    return arguments


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
