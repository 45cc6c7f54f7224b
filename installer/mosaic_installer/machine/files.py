"""Files and directories of the real machine: atomic, private, and never through a symbolic link."""

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mosaic_installer.core.machine.files import FileKind
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.reading import read_regular

KEPT_NOTES = 2
FILE_MODE = 0o600
DIRECTORY_MODE = 0o700


class LocalFiles:
    """`Files` on the real machine.

    `checksums` is where the checksums of what we wrote are kept: by path below `root`, so that
    an installation that was moved still knows its own files.
    """

    def __init__(self, checksums: Path, root: Path) -> None:
        self._checksums = checksums
        self._root = root
        self._known: tuple[bytes, dict[str, list[str]]] = (b"", {})

    def kind(self, path: Path) -> FileKind:
        with explained(path, "read"):
            try:
                mode = path.lstat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                return "absent"
            if stat.S_ISREG(mode):
                return "file"
            return "directory" if path.is_dir() else "other"

    def read(self, path: Path) -> bytes | None:
        with explained(path, "read"):
            try:
                return read_regular(path)
            except (FileNotFoundError, NotADirectoryError):
                return None

    def is_empty(self, path: Path) -> bool:
        with explained(path, "read"):
            try:
                found = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return False
            return stat.S_ISREG(found.st_mode) and not found.st_size

    def write(self, path: Path, content: bytes, *, owner: int | None = None) -> None:
        with explained(path, "write"):
            _write_atomically(path, content, owner)

    def remove(self, path: Path) -> None:
        with explained(path, "remove"):
            _temporary(path).unlink(missing_ok=True)
            path.unlink(missing_ok=True)

    def is_private(self, path: Path, *, owner: int | None = None) -> bool:
        with explained(path, "read"):
            try:
                found = path.stat()
                return not found.st_mode & 0o077 and owner in {None, found.st_uid}
            except FileNotFoundError:
                return False

    def make_directory(self, path: Path) -> None:
        with explained(path, "write"):
            _make_parents(path.parent)
            path.mkdir(mode=DIRECTORY_MODE, exist_ok=True)  # two runs may begin at once
            path.chmod(DIRECTORY_MODE)

    def make_private(self, path: Path) -> None:
        with explained(path, "write"):
            path.chmod(path.stat().st_mode & 0o700)

    def remove_directory(
        self, path: Path, *, with_contents: bool, besides: Path | None = None
    ) -> None:
        with explained(path, "remove"):
            if not path.is_dir() or path.is_symlink():
                return
            if with_contents and besides is not None and _has_something(besides):
                for inner in path.iterdir():
                    if inner != besides:
                        _remove_whole(inner)
            elif with_contents:
                _remove_whole(path)
            elif not any(path.iterdir()):
                path.rmdir()

    def notes(self, path: Path) -> tuple[str, ...]:
        return tuple(self._noted().get(self._name(path), ()))

    def note(self, path: Path, note: str) -> None:
        noted = dict(self._noted())
        earlier = [known for known in noted.get(self._name(path), []) if known != note]
        noted[self._name(path)] = [note, *earlier][:KEPT_NOTES]
        self.write(self._checksums, json.dumps(noted, indent=1).encode())

    def noted_paths(self) -> tuple[Path, ...]:
        """Return every file that we ever noted a checksum for."""
        return tuple(self._root / name for name in self._noted())

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._root) if path.is_relative_to(self._root) else path)

    def _noted(self) -> dict[str, list[str]]:
        content = self.read(self._checksums) or b"{}"
        if content != self._known[0]:
            self._known = (content, _noted_in(content))
        return self._known[1]


def _noted_in(content: bytes) -> dict[str, list[str]]:
    try:
        noted = json.loads(content)
    except ValueError:
        return {}  # damaged: then every file that differs counts as edited, and is kept
    return noted if isinstance(noted, dict) else {}


def _has_something(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and any(folder.iterdir())


def _remove_whole(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink()
        return
    import shutil

    shutil.rmtree(path, ignore_errors=True)  # one obstacle does not keep the rest
    for left in (inner for inner in path.rglob("*") if not inner.is_dir()):
        left.unlink()  # fails again, and by its full name
    if path.exists():
        shutil.rmtree(path)


def _temporary(path: Path) -> Path:
    # Always the same name: what a killed run left is found by the next, and by an uninstall.
    return path.with_name(f".{path.name}.mosaic-tmp")


def _write_atomically(path: Path, content: bytes, owner: int | None) -> None:
    temporary = _temporary(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, flags, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), FILE_MODE)
            if owner is not None:
                os.fchown(file.fileno(), owner, -1)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make sure that the names in a directory outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_parents(path: Path) -> None:
    # Above our own directories the umask and the habits of the system hold.
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def explained(path: Path, verb: str) -> Iterator[None]:
    """Turn an error of the system about `path` into one of ours, with a hint."""
    try:
        yield
    except OSError as error:
        raise _explanation(path, verb, error) from error


def _explanation(path: Path, verb: str, error: OSError) -> InstallerError:
    hints = {
        "No space left on device": "free some space on that file system and run it again",
        "Disk quota exceeded": "free some of your quota and run it again",
        "Read-only file system": "choose a folder you can write to with MOSAIC_HOME",
        "Permission denied": "choose a folder of your own with MOSAIC_HOME, or change its owner",
        "Is a directory": "move that folder away; a file is needed there",
        "Operation not permitted": "remove what protects it (`chattr -i`) and run this again",
        "Too many levels of symbolic links": "move that link away; a file is needed there",
    }
    reason = error.strerror or type(error).__name__
    otherwise = "fix that and run this again; nothing that was there is lost"
    if reason.startswith("it is "):
        otherwise = "move it away, or put back the file that was there"
    if verb == "remove" and error.filename:
        path = path / error.filename  # in a directory, what it was that could not be removed
    return InstallerError(
        f"cannot {verb} `{path}`: {reason}",
        hints.get(reason, otherwise),
        identifier="cannot-read" if verb == "read" else "cannot-write",
    )
