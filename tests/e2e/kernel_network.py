"""Several machines with kernels of their own and an engine each, in one network.

As `engine_network`, but with all that a Swarm's routing mesh needs of a kernel, IPVS above all. The
kernel is Debian's user-mode Linux: an ordinary program, which sees this machine's files and writes
to none of them. All processes are in one namespace, and end with the switch.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.e2e.engine_kinds import NEWER
from tests.e2e.second_engine import DISK
from tests.engine.engine import run
from tests.owned_folder import owned_folder

HERE = Path(__file__).parent
MACHINE, SWITCH = HERE / "kernel_machine.sh", HERE / "kernel_switch.py"
KERNEL = "linux.uml"
MEMORY = "2G"
"""Of each machine; what it does not use, it does not take."""
UNSUITED = "put_fp_registers"
"""In the panic of a kernel that has no room for what this processor keeps (Debian's 6.1 panics at
its first process on one with AMX): nothing here can change that."""


def missing_for_kernels() -> str:
    """Say what is not here for such a machine; nothing when all is."""
    needed = (KERNEL, "insmod", "switch_root", "xtables-legacy-multi")
    lacking = [name for name in needed if shutil.which(name) is None]
    lacking += [
        str(path) for path in (NEWER / "dockerd", Path("/dev/net/tun")) if not path.exists()
    ]
    return " and ".join(f"`{name}`" for name in lacking)


@dataclass(frozen=True)
class KernelEngine:
    """An engine on such a machine; its folder is the same in there and here, but for `run`."""

    folder: Path

    @property
    def address(self) -> str:
        """Where the engine listens: in there itself, and here what leads to it."""
        return f"unix://{self.folder}/run/engine"

    @property
    def within(self) -> tuple[str, ...]:
        """The words that start a program on its machine."""
        way = (sys.executable, "-I", str(HERE / "kernel_shell.py"), "run")
        return (*way, f"{self.folder}/run/shell", "env", f"DOCKER_HOST={self.address}")

    def new_folder(self, name: str) -> Path:
        """Return a folder that its machine sees, too."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        return folder

    def load(self, images: Sequence[str]) -> None:
        """Give it images of the first engine."""
        save = ("docker", "save", *images)
        load = ("docker", "--host", self.address, "load", "--quiet")
        with subprocess.Popen(save, stdout=subprocess.PIPE) as saved:
            subprocess.run(load, stdin=saved.stdout, stdout=subprocess.DEVNULL, check=True)


@dataclass(frozen=True)
class KernelNetwork:
    """Engines of `node1`, `node2`, … at 10.99.0.1, 10.99.0.2, …"""

    engines: Sequence[KernelEngine]
    switch: int
    """The number of the process that has all of the cables; it has an address in there, too."""

    @property
    def beside(self) -> tuple[str, ...]:
        """The words that start a program of this machine where it reaches all of them."""
        return ("nsenter", f"--target={self.switch}", "--net")

    def plug(self, number: int, *, is_in: bool) -> None:
        """Put the cable of an engine, counted from 1, into the switch, or pull it out."""
        # The port itself stays up: such a kernel gives a network up whose port fails.
        state = ("master", "swarm0") if is_in else ("nomaster",)
        run(*self.beside, "ip", "link", "set", f"port{number}", *state)


@contextmanager
def kernel_network(count: int) -> Iterator[KernelNetwork]:
    """So many machines that reach each other, with empty engines; all is gone in the end."""
    with owned_folder("mosaic-kernel-") as folder, ExitStack() as stack:
        engines = [KernelEngine(folder / str(number)) for number in range(1, count + 1)]
        for engine in engines:
            _prepare(engine.folder)
        switch = stack.enter_context(_switch(folder, count))
        machines = [
            stack.enter_context(_started(switch, number, engine.folder))
            for number, engine in enumerate(engines, 1)
        ]
        for machine in machines:
            machine()
        yield KernelNetwork(engines=engines, switch=switch)


@contextmanager
def joined_network(count: int) -> Iterator[KernelNetwork]:
    """The same as a Swarm, all of them managers."""
    with kernel_network(count) as network:
        first, *others = network.engines
        docker(first, "swarm", "init", "--advertise-addr", "10.99.0.1")
        token = docker(first, "swarm", "join-token", "--quiet", "manager")
        for engine in others:
            docker(engine, "swarm", "join", "--token", token, "10.99.0.1")
        yield network


def docker(engine: KernelEngine, *words: str) -> str:
    return run("docker", "--host", engine.address, *words).stdout.strip()


def _prepare(folder: Path) -> None:
    for path in (folder / "run", folder / "data"):
        path.mkdir(parents=True)
    disk = folder / "disk"
    disk.touch()
    os.truncate(disk, DISK)
    run(shutil.which("mkfs.ext4") or "/sbin/mkfs.ext4", "-q", "-m", "0", str(disk))


@contextmanager
def _started(switch: int, number: int, folder: Path) -> Iterator[Callable[[], None]]:
    """Start a machine; what this gives waits until its engine is ready."""
    reads, writes = os.pipe()
    words = (
        *("nsenter", f"--target={switch}", "--net", "--pid"),
        *(KERNEL, f"mem={MEMORY}", "quiet", f"uml_dir={folder}", f"umid=node{number}"),
        *("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"ubd0={folder}/disk"),
        f"vec0:transport=tap,ifname=port{number},mac=02:00:00:00:00:{number:02}",
        *("con=null", "con0=null,fd:1", f"con1=null,fd:{writes}", f"init={MACHINE}", "--"),
        *(str(folder), f"10.99.0.{number}", sys.executable, str(NEWER)),
    )
    with (
        (folder / "log").open("ab") as log,
        subprocess.Popen(
            words,
            env={**os.environ, "TMPDIR": "/dev/shm"},  # noqa: S108 # its memory is a file there
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(writes,),
        ) as outer,
        os.fdopen(reads) as said,
    ):
        os.close(writes)

        def wait() -> None:
            if said.readline() == "ready\n":
                return
            last = (folder / "log").read_text()[-4000:]
            if UNSUITED in last:
                pytest.skip("the user-mode kernel cannot restore this processor's registers")
            raise AssertionError(last)

        try:
            yield wait
        finally:
            for machine in psutil.Process(outer.pid).children():
                machine.kill()


@contextmanager
def _switch(folder: Path, count: int) -> Iterator[int]:
    """A network and a namespace of processes; they end with the first process, or its stdin."""
    made = ("unshare", "--net", "--pid", "--fork", "--kill-child", sys.executable, "-I")
    with subprocess.Popen(
        (*made, str(SWITCH), folder, str(count)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == "ready\n"
        (inner,) = psutil.Process(outer.pid).children()
        yield inner.pid
