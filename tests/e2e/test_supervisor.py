"""The supervisor of a gateway: one at a time, and who looks at it does not keep it from running."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mosaic_installer.machine.lock import is_locked
from mosaic_installer.machine.processes import supervisor

pytestmark = pytest.mark.install

DEADLINE = 60.0


@contextmanager
def started(place: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A supervisor of a program that goes on until it is told to stop."""
    files = (str(place / "gateway.pid"), str(place / "gateway.log"))
    command = (sys.executable, supervisor.__file__, *files, "sleep", "600")
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()


def wait_for(holds: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < end
        time.sleep(0.005)


def has_open(process: "subprocess.Popen[bytes]", path: Path) -> bool:
    opened = Path(f"/proc/{process.pid}/fd")
    return path in {entry.resolve() for entry in opened.iterdir()}


def test_whoever_looks_whether_it_runs_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    pid_file = tmp_path / "gateway.pid"
    pid_file.touch()
    looking = os.open(pid_file, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)  # as `is_locked` has it, for a moment
    with started(tmp_path) as process:
        wait_for(lambda: has_open(process, pid_file), process)
        os.close(looking)
        wait_for(lambda: pid_file.read_text() == f"{process.pid}\n", process)
        assert is_locked(pid_file)


def test_a_supervisor_that_begins_while_another_ends_has_a_pid_file(tmp_path: Path) -> None:
    pid_file = tmp_path / "gateway.pid"
    with started(tmp_path) as first:
        wait_for(lambda: pid_file.exists() and pid_file.read_text() != "", first)
        with started(tmp_path) as second:
            wait_for(lambda: has_open(second, pid_file), second)
            first.terminate()
            first.wait(DEADLINE)
            mine = f"{second.pid}\n"
            wait_for(lambda: pid_file.exists() and pid_file.read_text() == mine, second)
            assert is_locked(pid_file)


def test_of_two_supervisors_the_second_ends(tmp_path: Path) -> None:
    pid_file = tmp_path / "gateway.pid"
    with started(tmp_path) as first:
        wait_for(lambda: pid_file.exists() and pid_file.read_text() != "", first)
        with started(tmp_path) as second:
            assert second.wait(DEADLINE) == 1
        assert first.poll() is None
        assert pid_file.read_text() == f"{first.pid}\n"
