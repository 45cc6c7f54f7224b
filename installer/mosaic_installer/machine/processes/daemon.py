"""`Service` as a daemon of our own: a supervisor process that the pid file belongs to."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mosaic_installer.core.gateway import Gateway, module_of
from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.core.share import Tell
from mosaic_installer.errors import GatewayDied, InstallerError
from mosaic_installer.machine.environment import for_programs
from mosaic_installer.machine.files import explained
from mosaic_installer.machine.lock import is_locked
from mosaic_installer.machine.processes.ending import has_ended
from mosaic_installer.machine.processes.running import FINGERPRINT, find_process, require_processes
from mosaic_installer.machine.reading import read_regular, read_tail

if TYPE_CHECKING:
    import subprocess

    import psutil

SUPERVISOR = "mosaic_installer.machine.processes.supervisor"
START_SECONDS = 10.0
STOP_SECONDS = 20.0
"""As long as systemd waits; the gateway itself ends what it is at sooner."""
KILL_SECONDS = 5.0
LOOK_SECONDS = 0.01
TAIL_BYTES = 64 * 1024


class Daemon:
    """The gateway under `machine/processes/supervisor.py`."""

    def __init__(self, gateway: Gateway, tell: Tell) -> None:
        self._gateway = gateway
        self._tell = tell
        self._pid_file = gateway.layout.pid

    def process(self) -> RunningGateway | None:
        pid = self._supervisor()
        return None if pid is None else find_process(pid)

    def is_active(self) -> bool:
        return self._supervisor() is not None

    def start(self, fingerprint: str) -> None:
        layout = self._gateway.layout
        files = (str(layout.pid), str(layout.gateway_log))
        supervisor = module_of(self._gateway.python, SUPERVISOR)
        command = (*supervisor, *files, *self._gateway.command, "serve")
        environment = for_programs(**{FINGERPRINT: fingerprint})
        import subprocess

        # Between its lock and its number, the next one would be taken for the process that an
        # earlier one was, which was killed and left its file.
        if self._pid_file.is_file() and not is_locked(self._pid_file):
            with contextlib.suppress(OSError):
                self._pid_file.unlink()
        # A session of its own: neither Ctrl-C nor the end of this terminal reaches it.
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            env=environment,
        )
        self._await_lock(child)

    def stop(self) -> None:
        processes = list(self._all())
        for process in processes:
            _signal(process.pid, signal.SIGTERM)
            # One that somebody stopped (SIGSTOP) hears of it only when it goes on.
            _signal(process.pid, signal.SIGCONT)
        alive = _alive(processes, STOP_SECONDS)
        for process in alive:
            self._tell(f"process {process.pid} does not end; it is killed")
            _signal(process.pid, signal.SIGKILL)
        left = _alive(alive, KILL_SECONDS)
        if left:
            raise InstallerError(
                f"the gateway cannot be ended: process {left[0].pid} stays",
                "look what it waits for (`ps -o stat,wchan`), or restart the machine",
            )

    def remove(self) -> None:
        self.stop()
        with explained(self._pid_file, "remove"):
            self._pid_file.unlink(missing_ok=True)

    def last_lines(self, count: int) -> tuple[str, ...]:
        return last_lines(self._gateway.layout.gateway_log, count)

    def _supervisor(self) -> int | None:
        require_processes()
        return self._holder() or self._without_pid_file()

    def _holder(self) -> int | None:
        # The lock says whether it lives; the number in the file alone could be anybody's.
        if not is_locked(self._pid_file):
            return None
        try:
            return int(read_regular(self._pid_file))
        except (ValueError, OSError):
            return None

    def _without_pid_file(self) -> int | None:
        # Somebody removed the file; the process is still known by its command line.
        import psutil

        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if SUPERVISOR in words and str(self._pid_file) in words:
                    return process.pid
        return None

    def _all(self) -> Iterator["psutil.Process"]:
        pid = self._supervisor()
        if pid is not None:
            import psutil

            with contextlib.suppress(psutil.Error):
                supervisor = psutil.Process(pid)
                yield supervisor
                yield from supervisor.children(recursive=True)

    def _await_lock(self, child: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + START_SECONDS
        while self._holder() is None and child.poll() is None:
            if time.monotonic() > end:
                raise GatewayDied(
                    "the gateway's supervisor did not start",
                    f"look into `{self._gateway.layout.gateway_log}` and try again",
                )
            time.sleep(0.005)


def last_lines(path: Path, count: int) -> tuple[str, ...]:
    """Return the last lines of a log file, none when there is no such file."""
    try:
        lines = read_tail(path, TAIL_BYTES).decode(errors="replace").splitlines()
    except OSError:
        return ()
    return tuple(lines[-count:] if count else ())


def _alive(processes: list["psutil.Process"], timeout: float) -> list["psutil.Process"]:
    """Wait until they have ended, at most so many seconds; return those that have not."""
    end = time.monotonic() + timeout
    while (alive := [process for process in processes if not has_ended(process)]) and (
        time.monotonic() < end
    ):
        time.sleep(LOOK_SECONDS)
    return alive


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
