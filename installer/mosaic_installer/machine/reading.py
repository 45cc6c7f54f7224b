"""Read files as far as that is sane: regular ones, as large as ours can be, without waiting."""

import errno
import os
import stat
from pathlib import Path

LARGEST = 1024 * 1024
PIECE = 64 * 1024
FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
NAMES = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_regular(path: Path | str, *, largest: int = LARGEST) -> bytes:
    """Return the content of the regular file that `path` is or leads to, `largest` bytes at most.

    Raises `OSError` for whatever else is there: a pipe is not waited for, and a device that never
    ends is not read.
    """
    descriptor = os.open(path, FLAGS)
    try:
        check_regular(descriptor)
        return read_from(descriptor, largest=largest)
    finally:
        os.close(descriptor)


def read_tail(path: Path, size: int) -> bytes:
    """Return the last `size` bytes of the regular file that `path` is or leads to."""
    descriptor = os.open(path, FLAGS)
    try:
        check_regular(descriptor)
        os.lseek(descriptor, max(0, os.fstat(descriptor).st_size - size), os.SEEK_SET)
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def check_regular(descriptor: int) -> None:
    """Raise `OSError`, which says what it is, unless this is a regular file."""
    kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if kind != stat.S_IFREG:
        raise OSError(errno.EINVAL, f"it is {NAMES.get(kind, 'something else')}, not a file")


def read_from(descriptor: int, *, largest: int) -> bytes:
    """Return all that can be read from `descriptor`; raises `OSError` if that is too much."""
    pieces, left = [], largest + 1
    # As it is, not through a file object: a run that changes nothing reads hundreds of files.
    while left > 0 and (piece := os.read(descriptor, min(left, PIECE))):
        pieces.append(piece)
        left -= len(piece)
    if left <= 0:
        raise OSError(errno.EFBIG, f"it is larger than {largest // 1024} KiB")
    return b"".join(pieces)
