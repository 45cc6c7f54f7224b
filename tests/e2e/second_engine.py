"""A second container engine, on a machine of its own inside this one: it may die, and may be full.

It has its own network, processes and mounts (two engines in one network would take each other's
bridge away), and its data lies on a disk that is a file. Everything ends with the first process in
there, and that one with its stdin: not even a test that is killed leaves anything behind.
"""

import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from tests.e2e.held_runc import HeldRunc
from tests.e2e.inner_machine import inner_machine
from tests.e2e.program import Site
from tests.engine.engine import BASE_IMAGE, run
from tests.owned_folder import owned_folder

LOADED = (BASE_IMAGE, "pgvector/pgvector:pg17", "valkey/valkey:8-alpine")
"""Images of the first engine that an installation needs, but the gateway's."""
DEADLINE = 180.0
DISK = 8 * 1024**3
"""Bytes; a file takes only what is written to it."""
MARGIN = 2 * 1024**2
"""What a file system takes for itself to note a large file."""
ENTER = ("--mount", "--net", "--pid", "--uts")
ASK = """
import sys, urllib.request, urllib.error
request = urllib.request.Request(sys.argv[1])
request.add_header("Authorization", "Bearer " + sys.stdin.read())
try:
    print(urllib.request.urlopen(request, timeout=90).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How an engine is started; `prepares` is the shell's, on its machine before."""

    program: str = "dockerd"
    options: tuple[str, ...] = ()
    prepares: str = ""
    programs: Path | None = None
    """The folder that its own programs are in, where they are not this machine's."""
    user: int = 0
    """Who runs it, and every program on its machine."""

    @property
    def as_user(self) -> tuple[str, ...]:
        """The words that start a program as that user."""
        names = (f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups")
        return ("setpriv", *names) if self.user else ()

    @property
    def as_reader(self) -> tuple[str, ...]:
        """The words that start one as that user, who may also read the tests and their Python."""
        reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
        return (*self.as_user, *reads) if self.user else ()


PLAIN = Kind()


@dataclass(frozen=True, kw_only=True)
class InnerSite(Site):
    """A place on the machine of a second engine: programs start there, and see its network."""

    def status_with(self, token: str, *, port: int | None = None) -> int:
        url = f"http://127.0.0.1:{port or self.port}/api/admin/tokens"
        words = (*self.within, sys.executable, "-I", "-c", ASK, url)
        return int(run(*words, stdin=token).stdout)


class SecondEngine:
    """The engine; its files lie in `folder`, whose name has to be short, as a socket's must."""

    def __init__(self, folder: Path, first: int, kind: Kind) -> None:
        self._kind = kind
        self.first = first
        """The number of the first process of its machine."""
        self.address = f"unix://{folder / 'socket'}"
        self.folder = folder
        self.data = folder / "data"
        self._enter = ("nsenter", f"--target={first}", *ENTER)
        self._outside = dict(os.environ)  # where `docker` means the first engine
        self.runc = HeldRunc(folder / "bin")
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def opened(cls, kind: Kind = PLAIN) -> Iterator["SecondEngine"]:
        """A second engine that runs, empty; it is gone in the end."""
        with (
            owned_folder("mosaic-engine-") as folder,
            inner_machine(folder, DISK, kind.prepares) as first,
        ):
            engine = cls(folder, first, kind)
            engine.start()
            try:
                yield engine
            finally:
                engine.kill()

    @property
    def within(self) -> tuple[str, ...]:
        """The words that start a program on its machine."""
        return (*self._enter, *self._kind.as_reader, "env", f"DOCKER_HOST={self.address}")

    @property
    def within_as_root(self) -> tuple[str, ...]:
        """The same, for a program of somebody else than the engine's user."""
        return (*self._enter, "env", f"DOCKER_HOST={self.address}")

    def new_folder(self, name: str) -> Path:
        """Return a folder for who uses it, where it sees files of this machine."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        os.chown(folder, self._kind.user, self._kind.user)
        return folder

    def start(self) -> None:
        """Start it and wait until it says that it is ready (sd_notify(3))."""
        notices = self.folder / "notices"
        notices.unlink(missing_ok=True)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified,
            (self.folder / "log").open("ab") as log,
        ):
            notified.bind(str(notices))
            notices.chmod(0o777)  # whoever runs the engine
            self._process = subprocess.Popen(
                (*self._enter, *self._command()),
                env={**os.environ, "NOTIFY_SOCKET": str(notices)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            ended = os.pidfd_open(self._process.pid)
            ready, _, _ = select.select((notified.fileno(), ended), (), (), DEADLINE)
            os.close(ended)
            if notified.fileno() not in ready:
                self._process.kill()
                self._process.wait(DEADLINE)
                raise AssertionError((self.folder / "log").read_text()[-4000:])
            assert b"READY=1" in notified.recv(4096)

    def programs(self) -> list[psutil.Process]:
        """Return the process that started it, its own, and its containerd, as far as they live."""
        assert self._process is not None
        starter = psutil.Process(self._process.pid)
        engines = starter.children()
        inner = (each for one in engines for each in one.children())
        return [starter, *engines, *(each for each in inner if each.name() == "containerd")]

    def kill(self) -> None:
        """End it and its containerd at once, as a crash does; its containers live on."""
        if self._process is None:
            return
        _starter, *doomed = self.programs()
        for process in doomed:
            with suppress(psutil.NoSuchProcess):  # containerd goes with its engine
                process.kill()
        psutil.wait_procs(doomed, timeout=DEADLINE)
        self._process.wait(DEADLINE)
        self._process = None

    def first_processes(self) -> list[str]:
        """Return those of all containers: they look after others, or wait to begin."""
        rows = self._run("ps", "-e", "-o", "args=").splitlines()
        return [row for row in rows if "docker-init --" in row or row.endswith("runc init")]

    def mend(self) -> None:
        """Let it run again, with room on its disk."""
        self.make_room()
        if self._process is None:
            self.start()

    def load(self, images: Sequence[str], source: "SecondEngine | None" = None) -> None:
        """Give it images of the first engine, or of another one."""
        docker = ("docker", "--host", source.address) if source else ("docker",)
        save = (*docker, "save", *images)
        with subprocess.Popen(save, stdout=subprocess.PIPE, env=self._outside) as saved:
            load = ("docker", "--host", self.address, "load", "--quiet")
            subprocess.run(load, stdin=saved.stdout, stdout=subprocess.DEVNULL, check=True)
        assert saved.returncode == 0, images

    def fill(self, *, but: int = 0) -> None:
        """Leave about so many bytes free on its disk, or not a single one."""
        self.make_room()
        # What was removed before counts from now on.
        self._run("sync", "--file-system", str(self.data))
        # Outside, there is only a folder on the disk of this machine.
        words = ("df", "--output=avail,target", "--block-size=1", str(self.data))
        free, target = self._run(*words).splitlines()[-1].split()
        assert target == str(self.data)
        filling = self.data / "filled"
        self._run("fallocate", f"--length={int(free) - but - MARGIN}", str(filling))
        if not but:
            self._run("sh", "-c", 'cat /dev/zero >>"$1" || :', "sh", str(filling))

    def make_room(self) -> None:
        self._run("rm", "--force", str(self.data / "filled"))

    def _run(self, *command: str) -> str:
        return run(*self._enter, *command).stdout

    def _command(self) -> tuple[str, ...]:
        kind = self._kind
        path = f"{kind.programs or self.runc.folder}:{os.environ['PATH']}"
        home = (f"HOME={self.folder}", f"XDG_RUNTIME_DIR=/run/user/{kind.user}")
        environment = (f"PATH={path}", *(home if kind.user else ()))
        return (
            *(*kind.as_user, "env", *environment, kind.program, *kind.options),
            f"--data-root={self.data}",
            "--exec-root=/run/docker",
            "--pidfile=/run/docker.pid",
            f"--host={self.address}",
            *(() if kind.user else ("--exec-opt=native.cgroupdriver=cgroupfs",)),
        )
