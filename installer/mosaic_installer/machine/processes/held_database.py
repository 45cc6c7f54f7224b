"""What a process has open of a SQLite database whose file is gone, as /proc shows it.

See proc_pid_fd(5): who opens an entry there opens the file itself, whatever became of its name.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import InstallerError

PROC = Path("/proc")
DELETED = " (deleted)"
LOG, INDEX = "-wal", "-shm"
"""What SQLite keeps beside a database in its mode WAL: https://www.sqlite.org/walformat.html."""
WRITE_AND_CHECKPOINT = (120, 2)
"""Where in the index these two locks lie, and how many bytes they are: same page, "WAL Locks"."""
LOCK_SECONDS = 15.0
PAUSE = 0.002
PRIVATE = 0o600


@frozen
class HeldDatabase:
    """The files of one database that a process has open, as entries of /proc."""

    pid: int
    database: Path
    log: Path
    index: Path

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keep everybody from writing to it; readers go on.

        The kernel takes the lock back from a run that is killed, so that nobody stays locked out.
        Raises `InstallerError` where others write all the time.
        """
        descriptor = os.open(self.index, os.O_RDWR | os.O_CLOEXEC)
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def copy(self, target: Path) -> None:
        """Copy it, with what is not yet in its main file; only while it is `quiet`."""
        for source, ending in ((self.database, ""), (self.log, LOG)):
            _copy(source, target.with_name(f"{target.name}{ending}"))

    def _lock(self, descriptor: int) -> None:
        start, length = WRITE_AND_CHECKPOINT
        end = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
            except (BlockingIOError, PermissionError):
                if time.monotonic() > end:
                    raise InstallerError(
                        f"process {self.pid} writes to the lost database all the time, so it "
                        "cannot be copied",
                        "leave the gateway running, and try again when it is less busy",
                    ) from None
                time.sleep(PAUSE)
            else:
                return


def find_held(place: Path, processes: Iterable[int]) -> HeldDatabase | None:
    """Return the database of that name that one of the processes has open though it is deleted."""
    for pid in processes:
        found = _opened(place.name, pid)
        # With more than one it could not be told which log belongs to which.
        if len({_identity(entry) for entry in found["", True]}) != 1:
            continue
        logs, indexes = (found[ending, True] + found[ending, False] for ending in (LOG, INDEX))
        if logs and indexes:
            return HeldDatabase(pid=pid, database=found["", True][0], log=logs[0], index=indexes[0])
    return None


def _opened(name: str, pid: int) -> dict[tuple[str, bool], list[Path]]:
    """Return the entries of the database, by ending and by whether it is deleted."""
    found: dict[tuple[str, bool], list[Path]] = {
        (ending, is_deleted): [] for ending in ("", LOG, INDEX) for is_deleted in (True, False)
    }
    with suppress(OSError):  # it ended, or is not ours to look at
        for entry in sorted((PROC / str(pid) / "fd").iterdir(), key=lambda each: int(each.name)):
            with suppress(OSError):
                path = str(entry.readlink())
                ending = Path(path.removesuffix(DELETED)).name.removeprefix(name)
                key = (ending, path.endswith(DELETED))
                if Path(path).name.startswith(name) and key in found:
                    found[key].append(entry)
    return found


def _identity(entry: Path) -> tuple[int, int]:
    try:
        status = entry.stat()
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with source.open("rb") as there, os.fdopen(os.open(target, flags, PRIVATE), "wb") as here:
        os.fchmod(here.fileno(), PRIVATE)
        shutil.copyfileobj(there, here, 1024 * 1024)
