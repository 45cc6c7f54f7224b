"""What somebody else may have left in the place of a file of ours."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mosaic_installer.machine.reading import LARGEST

GET_FLAGS, SET_FLAGS, IMMUTABLE = 0x80086601, 0x40086602, 0x10  # ioctl_iflags(2)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)


def directory(path: Path) -> None:
    path.mkdir()
    (path / "theirs").touch()


OBSTACLES: dict[str, tuple[Callable[[Path], None], str]] = {
    "link to /dev/zero": (endless, "it is a device, not a file"),
    "pipe": (pipe, "it is a named pipe, not a file"),
    "huge": (huge, "it is larger than 1024 KiB"),
    "directory": (directory, "Is a directory"),
}
"""Each with how it is named in an error."""


@contextmanager
def immutable(path: Path) -> Iterator[None]:
    """Let nobody change or remove the file meanwhile, not even root."""
    try:
        _protect(path, IMMUTABLE)
    except OSError as error:
        pytest.skip(f"no file can be made immutable here: {error.strerror}")
    try:
        yield
    finally:
        _protect(path, 0)


def _protect(path: Path, flag: int) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        known = int.from_bytes(fcntl.ioctl(descriptor, GET_FLAGS, bytes(8)), "little")
        flags = (known & ~IMMUTABLE) | flag
        fcntl.ioctl(descriptor, SET_FLAGS, flags.to_bytes(8, "little"))
    finally:
        os.close(descriptor)
