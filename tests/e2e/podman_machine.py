"""A machine inside this one that has Podman, and systemd, and nothing of Docker.

What is in there is Debian's own, unpacked by scripts/test-podman. Programs of this machine are run
with its network, its sockets and what its systemd is told (`within`). It ends with the test.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.bare_machine import REAL_HOME
from tests.engine.engine import run
from tests.owned_folder import owned_folder

DEADLINE = 180.0
SCRIPT = Path(__file__).with_suffix(".sh")
RELEASES = {"4.3": "bookworm", "5.4": "trixie"}
"""The release of Debian that has that version of Podman."""
UNIT = "podman-restart.service"


def root_of(version: str) -> Path | None:
    """Return the files of a machine with that version, None where they were never made."""
    tree = REAL_HOME / ".cache/mosaic-test-podman" / RELEASES[version]
    return tree.resolve() if os.getuid() == 0 and tree.is_dir() else None


class PodmanMachine:
    """The machine; `shared` is a folder that has the same path in there."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.address = f"unix://{folder}/run/podman/podman.sock"
        self.shared = folder / "shared"
        self._root = root
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._viewer = 0
        self._outside = dict(os.environ)  # where `docker` means the first engine
        self.shared.mkdir()

    @classmethod
    @contextmanager
    def opened(cls, root: Path) -> Iterator["PodmanMachine"]:
        """A machine that has started, without an image."""
        with owned_folder("mosaic-podman-") as folder:
            machine = cls(root, folder)
            try:
                machine.start()
                yield machine
            finally:
                machine.stop()

    @property
    def within(self) -> tuple[str, ...]:
        """The words that start a program of this machine where it sees the other one."""
        return ("nsenter", f"--target={self._viewer}", "--mount", "--net")

    def start(self) -> None:
        """Start it and wait until its systemd says that it is ready (sd_notify(3))."""
        folder = self._folder
        shutil.rmtree(folder / "run", ignore_errors=True)
        (folder / "run").mkdir()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(str(folder / "run/notices"))
            notified.settimeout(DEADLINE)
            self._process = subprocess.Popen(
                ("sh", str(SCRIPT), "machine", str(self._root), str(folder)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._process.stdout is not None
            said = self._process.stdout.readline().split()
            assert said[:1] == ["ready"], (folder / "log").read_text()
            self._viewer = int(said[1])
            try:
                while b"READY=1" not in notified.recv(4096):
                    pass
            except TimeoutError:
                raise AssertionError((folder / "log").read_text()) from None

    def stop(self) -> None:
        """End it at once, as if the power failed; its files stay."""
        if self._process is not None:
            with self._process as ending:
                assert ending.stdin is not None
                ending.stdin.close()
            self._process = None

    def reboot(self) -> None:
        self.stop()
        self.start()

    def enable_restarts(self) -> None:
        """Do what the hint says: let containers start with the machine."""
        wishes = self._folder / "systemd/system/default.target.wants"
        wishes.mkdir(exist_ok=True)
        (wishes / UNIT).unlink(missing_ok=True)
        (wishes / UNIT).symlink_to(f"/lib/systemd/system/{UNIT}")

    def disable_restarts(self) -> None:
        (self._folder / f"systemd/system/default.target.wants/{UNIT}").unlink(missing_ok=True)

    def load(self, images: Sequence[str]) -> None:
        """Give it images of the first engine."""
        with subprocess.Popen(
            ("docker", "save", *images), stdout=subprocess.PIPE, env=self._outside
        ) as saved:
            load = ("docker", "--host", self.address, "load", "--quiet")
            subprocess.run(load, stdin=saved.stdout, stdout=subprocess.DEVNULL, check=True)

    def version(self) -> str:
        command = ("docker", "--host", self.address, "version", "--format={{.Server.Version}}")
        return run(*command).stdout.strip()
