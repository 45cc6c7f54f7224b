"""One lock on the state folder, for anything that changes something. The kernel keeps it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from mosaic_installer.errors import REASONS, LockedError
from mosaic_installer.machine.files import explained

KERNEL_LOCKS = Path("/proc/locks")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; raises `LockedError` at once when another run holds it."""
    with explained(path, "write"):
        descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LockedError(
            f"{REASONS[LockedError.identifier]}{_named(holder_of(path))}",
            "wait until it is over, then run this again",
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def holder_of(path: Path) -> int | None:
    """Return the process that holds the lock file `path`; None where none does, or none is known.

    Nothing is locked for that, not for a moment, so nobody else fails because of who looks.
    """
    # proc_locks(5): the fifth field is the process, the sixth major:minor:inode.
    with contextlib.suppress(OSError, IndexError):
        inode = path.stat().st_ino
        for line in KERNEL_LOCKS.read_text().splitlines():
            words = line.split()
            if words[1] == "FLOCK" and words[5].endswith(f":{inode}"):
                return int(words[4])
    return None


def is_locked(path: Path) -> bool:
    """Return whether some process holds the lock file `path`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, flags | os.O_RDWR | os.O_CREAT, 0o600)
    except (PermissionError, IsADirectoryError):
        # Immutable, or a directory of somebody else: the kernel locks that just as well.
        return os.open(path, flags | os.O_RDONLY)


def _named(holder: int | None) -> str:
    return f" (process {holder})" if holder else ""
