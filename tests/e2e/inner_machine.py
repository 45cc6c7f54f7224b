"""A machine of its own inside this one, for an engine: network, processes, mounts, and a disk.

The disk is a file. All of it ends with the first process in there, and that one with its stdin.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from tests.engine.engine import run

# A shell, because what loses its parent needs somebody to take it in.
FIRST = """
set -eu
mount -t tmpfs none /run
mkdir data
mount -o loop disk data
rm disk
ip link set lo up
eval "$1"
echo ready
cat
"""


@contextmanager
def inner_machine(folder: Path, size: int, prepares: str) -> Iterator[int]:
    """Make one whose disk, of so many bytes, is in `folder`; the number of its first process.

    `prepares` is the shell's.
    """
    disk = folder / "disk"
    disk.touch()
    os.truncate(disk, size)
    run(shutil.which("mkfs.ext4") or "/sbin/mkfs.ext4", "-q", "-m", "0", str(disk))
    shared = ("--mount", "--net", "--pid", "--uts", "--mount-proc")
    made = ("unshare", *shared, "--fork", "--kill-child")
    with subprocess.Popen(
        (*made, "sh", "-c", FIRST, "sh", prepares),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as machine:
        assert machine.stdout is not None
        assert machine.stdout.readline() == "ready\n"
        (first,) = psutil.Process(machine.pid).children()
        yield first.pid
