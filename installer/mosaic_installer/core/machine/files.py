"""`Files`: the door to files and directories."""

from pathlib import Path
from typing import Literal, Protocol

FileKind = Literal["absent", "file", "directory", "other"]


class Files(Protocol):
    """Files and directories. Every error of the system comes out as an `InstallerError`."""

    def kind(self, path: Path) -> FileKind:
        """Return what is at `path`; a symbolic link is `other`, unless it leads to a directory."""

    def read(self, path: Path) -> bytes | None:
        """Return the content of the file at `path`, None when there is none."""

    def is_empty(self, path: Path) -> bool:
        """Return whether there is a file at `path` without content; others may be of any size."""

    def write(self, path: Path, content: bytes, *, owner: int | None = None) -> None:
        """Write a file atomically: mode 0600 from the first byte, synced, then renamed.

        `owner` is the user that it is for, where that is not ourselves.
        """

    def remove(self, path: Path) -> None:
        """Remove the file at `path`, if there is one."""

    def is_private(self, path: Path, *, owner: int | None = None) -> bool:
        """Return whether nobody but its owner, who is `owner` if given, can read or enter it."""

    def make_directory(self, path: Path) -> None:
        """Make the directory at `path` with mode 0700, whatever the umask."""

    def make_private(self, path: Path) -> None:
        """Give the file or directory at `path` to its owner alone."""

    def remove_directory(
        self, path: Path, *, with_contents: bool, besides: Path | None = None
    ) -> None:
        """Remove the directory; without contents only if it is empty, else it stays.

        With them, it stays only if it has a folder `besides` with something in it, which stays.
        """

    def notes(self, path: Path) -> tuple[str, ...]:
        """Return what was noted of what we wrote to `path` (`core/written.py`), newest first."""

    def note(self, path: Path, note: str) -> None:
        """Remember what is about to be written to `path`; the last two notes are kept."""
