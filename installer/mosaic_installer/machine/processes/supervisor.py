"""The daemon that keeps one gateway running where systemd does not: a program of its own.

    python -m mosaic_installer.machine.processes.supervisor PID_FILE LOG_FILE COMMAND...

It holds a kernel lock on the pid file for as long as it lives, so that a stale file is never
taken for a running gateway; it writes the gateway's output to a log that rotates; it starts a
gateway that crashed again, with growing pauses, but not one that cannot start at all.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

LOG_BYTES = 1024 * 1024
LOG_FILES = 4
LOG_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
STARTED_AFTER = 5.0
"""Seconds after which a gateway counts as started: one that ends sooner cannot start."""
LONGEST_PAUSE = 30.0
MOST_FAILURES = 5
PARENT_DEATH_SIGNAL = 1  # prctl(2)
LOCK_SECONDS = 2.0


class OwnLog(RotatingFileHandler):
    """A log that is a file of ours: whatever else lies in its place is moved away, not followed."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.replace(path.with_name(f"{path.name}.not-ours"))
        return os.fdopen(os.open(path, LOG_FLAGS, 0o600), "a", encoding="utf-8")


class Supervisor:
    """One gateway process at a time, until it is told to stop."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._command = command
        self._log = OwnLog(log, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1)
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def run(self) -> int:
        """Keep the gateway running; return its last exit status."""
        has_started = False
        failures = 0
        while True:
            began = time.monotonic()
            status = self._run_once()
            lived = time.monotonic() - began
            has_started = has_started or lived >= STARTED_AFTER
            failures = 0 if lived >= STARTED_AFTER else failures + 1
            if self._stopped.is_set() or status == 0:
                return 0
            self._say(f"the gateway ended with status {status} after {lived:.1f} s")
            if not has_started or failures > MOST_FAILURES:
                return status
            if self._stopped.wait(min(LONGEST_PAUSE, 0.5 * 2**failures)):
                return 0

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """Pass the request to stop on; the gateway finishes what it is at."""
        self._stopped.set()
        if self._child is not None:
            self._child.terminate()

    def _run_once(self) -> int:
        self._child = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread runs yet in the child's parent
        )
        if self._stopped.is_set():
            self._child.terminate()
        for line in self._child.stdout or ():
            self._write(line.decode(errors="replace").rstrip("\n"))
        return self._child.wait()

    def _say(self, text: str) -> None:
        self._write(f"supervisor: {text}")

    def _write(self, line: str) -> None:
        import logging

        self._log.emit(logging.makeLogRecord({"msg": line}))


def _die_with_parent() -> None:
    # A supervisor that is killed must not leave a gateway that nobody watches on the port.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _lock(descriptor: int) -> None:
    """Take the lock of the pid file; raises `BlockingIOError` when another supervisor has it.

    Whoever looks whether it is taken has it as well, for a moment (`machine/lock.py`, `is_locked`).
    """
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def _take(pid_file: Path) -> int:
    """Return the pid file, opened and locked; raises `BlockingIOError` as `_lock` does.

    A supervisor removes its file at its end: whoever waited for the lock of that one has nothing.
    """
    while True:
        descriptor = os.open(pid_file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        _lock(descriptor)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)


def main() -> int:
    """Take the pid file, supervise, and give it back."""
    os.umask(0o077)
    pid_file, log, command = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    descriptor = _take(pid_file)
    supervisor = Supervisor(command, log)
    signal.signal(signal.SIGTERM, supervisor.stop)
    signal.signal(signal.SIGINT, supervisor.stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    try:
        return supervisor.run()
    finally:
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
