"""`Service` as a systemd user service: systemd starts it again, and keeps its log."""

import contextlib
import os
from pathlib import Path

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.core.runtime import Process
from mosaic_installer.machine.processes.programs import run
from mosaic_installer.machine.processes.running import FINGERPRINT, find_process

BOOTED = Path("/run/systemd/system")


def runtime_folder() -> Path:
    """Return the folder of this user's session, even where a cron job has no variable for it."""
    return Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")


def unit_folder() -> Path:
    """Return where systemd looks for this user's own units (systemd.unit(5))."""
    configuration = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(configuration).expanduser() / "systemd" / "user"


def serves_this_user() -> bool:
    """Return whether a systemd manager runs for this user (sd_booted(3), systemd(1))."""
    return BOOTED.is_dir() and (runtime_folder() / "systemd" / "private").is_socket()


def lingers(user: str) -> bool:
    """Return whether this user's services outlive the last session (loginctl(1))."""
    return Path("/var/lib/systemd/linger", user).exists()


class SystemdService:
    """The gateway as the unit that the plan wrote."""

    def __init__(self, layout: Layout, form: Process, files: Files) -> None:
        self._layout = layout
        self._form = form
        self._files = files
        self._unit = layout.unit

    def process(self) -> RunningGateway | None:
        if not self._is_reachable:
            return None
        rows = self._properties()
        pid = int(rows.get("MainPID", "0"))
        if pid == 0 or rows.get("ActiveState") not in {"active", "activating", "reloading"}:
            return None
        return find_process(pid)

    def is_active(self) -> bool:
        return self._wanted.is_symlink() or self.process() is not None

    def start(self, fingerprint: str) -> None:
        content = f"{FINGERPRINT}={fingerprint}\n".encode()
        self._files.write(self._layout.fingerprint, content)
        _systemctl("daemon-reload")
        if self._properties().get("ActiveState") == "failed":
            # Else a unit that crashed too often is refused for a while.
            _systemctl("reset-failed", self._unit)
        _systemctl("enable", "--now", self._unit)

    def stop(self) -> None:
        if self._is_reachable:
            _systemctl("daemon-reload")
            _systemctl("stop", self._unit)

    def remove(self) -> None:
        if self._is_reachable:
            _systemctl("disable", "--now", self._unit)
        # Where its manager does not run, neither does the unit; nor must it the next time.
        if self._wanted.is_symlink():
            self._wanted.unlink()
            with contextlib.suppress(OSError):  # others may be wanted, too
                self._wanted.parent.rmdir()
        self._files.remove(self._layout.fingerprint)

    def last_lines(self, count: int) -> tuple[str, ...]:
        name = self._unit.removesuffix(".service")
        command = ("journalctl", f"--identifier={name}", f"--lines={count}")
        return tuple(run((*command, "--output=cat", "--no-pager")).splitlines())

    @property
    def _wanted(self) -> Path:
        """The link by which systemd starts an enabled unit (systemd.unit(5))."""
        return self._form.unit_folder / "default.target.wants" / self._unit

    @property
    def _is_reachable(self) -> bool:
        """Whether there is a unit, and a manager to ask; where that does not run, nothing does."""
        return self._form.unit(self._layout).exists() and serves_this_user()

    def _properties(self) -> dict[str, str]:
        shown = _systemctl("show", "--property=MainPID,ActiveState", self._unit)
        return dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)


def _systemctl(*words: str) -> str:
    return run(("systemctl", "--user", *words))
