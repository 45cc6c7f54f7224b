"""A process that runs, as the system shows it: in /proc (proc(5)), on other systems by psutil."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.errors import InstallerError

PROC = Path("/proc")
FINGERPRINT = "MOSAIC_CONFIG_FINGERPRINT"
"""The variable that a gateway is started with."""
SUSPENDED = ("T", "t")
"""The states of a process that a signal, or a debugger, halted."""


def require_processes() -> None:
    """Raise `InstallerError` where no process is shown: one that runs would seem not to."""
    if sys.platform == "linux" and not (PROC / "stat").exists():
        raise InstallerError(
            "this system does not show its processes: `/proc` is not mounted",
            "run `mount -t proc proc /proc` as root; in a container or chroot, where it was set up",
            identifier="processes-hidden",
        )


def find_process(pid: int) -> RunningGateway | None:
    """Return the process of a gateway, None when there is none, or it is not shown to us.

    Raises `InstallerError` where none is shown at all.
    """
    require_processes()
    try:
        since, environment = (_in_proc if sys.platform == "linux" else _by_psutil)(pid)
    except (OSError, ValueError):
        return None
    fingerprint = environment.get(FINGERPRINT, "")
    return RunningGateway(
        pid=pid,
        since=datetime.fromtimestamp(since, UTC),
        fingerprint=fingerprint,
        suspended=tuple(each for each in with_children(pid) if _is_suspended(each)),
    )


def with_children(pid: int) -> tuple[int, ...]:
    """Return the process and those that it started; it alone where the system does not say."""
    try:
        children = (PROC / str(pid) / "task" / str(pid) / "children").read_text()
    except OSError:
        return (pid,)
    return (pid, *map(int, children.split()))


def _is_suspended(pid: int) -> bool:
    try:
        return _fields(pid)[0] in SUSPENDED
    except (OSError, IndexError):
        return False


def _fields(pid: int) -> list[str]:
    """Return what /proc/PID/stat says from the state of the process on."""
    # The name of the program, in brackets, may hold anything.
    return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()


def _in_proc(pid: int) -> tuple[float, dict[str, str]]:
    fields = _fields(pid)
    rows = (PROC / str(pid) / "environ").read_bytes().decode(errors="replace").split("\0")
    environment = dict(row.split("=", 1) for row in rows if "=" in row)
    return _booted() + int(fields[19]) / os.sysconf("SC_CLK_TCK"), environment


def _booted() -> int:
    """Return when the machine was started, in seconds since 1970."""
    lines = (PROC / "stat").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("btime"))


def _by_psutil(pid: int) -> tuple[float, dict[str, str]]:
    import psutil

    try:
        process = psutil.Process(pid)
        return process.create_time(), process.environ()
    except psutil.Error as error:
        raise ProcessLookupError(str(error)) from error
