"""`Database` on the real machine: saved from whoever has it open, or put aside."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mosaic_installer.core.machine.service import Service
from mosaic_installer.core.share import Tell
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.files import LocalFiles, explained, sync_directory
from mosaic_installer.machine.processes.held_database import HeldDatabase, find_held
from mosaic_installer.machine.processes.running import with_children

if TYPE_CHECKING:
    import sqlite3

PARTS = ("", "-wal", "-shm")
"""A database, and what SQLite keeps beside it."""


class LocalDatabase:
    """The database at `place`, and the gateway that `service` keeps running."""

    def __init__(self, place: Path, service: Service, files: LocalFiles, tell: Tell) -> None:
        self._place = place
        self._service = service
        self._files = files
        self._tell = tell

    def keeper(self) -> str:
        if self._is_in_place():
            return ""
        held = self._held()
        if held is not None:
            return f"the running gateway (process {held.pid})"
        if self._saved.is_file():
            moment = datetime.fromtimestamp(self._saved.stat().st_mtime, UTC)
            return f"`{self._saved}`, a copy of {moment:%Y-%m-%d %H:%M:%S} UTC,"
        return ""

    def rescue(self) -> None:
        if self._is_in_place():
            return
        held = self._held()
        if self._files.kind(self._place.parent) == "absent":
            self._files.make_directory(self._place.parent)
        if held is None and not self._saved.is_file():
            raise InstallerError(
                "the gateway ended before its database could be saved",
                "`mosaic doctor` says what there is; a backup can be put in its place",
            )
        with explained(self._place, "write"):
            if held is not None:
                self._save(held)
            self._put_in_place()

    def put_aside(self, ending: str) -> None:
        self._service.stop()
        with explained(self._place, "rename"):
            for part in PARTS:
                path = self._beside(part)
                if os.path.lexists(path):
                    path.rename(self._beside(f"{ending}{part}"))
            sync_directory(self._place.parent)

    def _is_in_place(self) -> bool:
        return self._place.is_file() and self._place.stat().st_size > 0

    @property
    def _saved(self) -> Path:
        """A whole copy, which only waits for the gateway to be ended."""
        return self._beside(".rescued")

    @property
    def _copy(self) -> Path:
        return self._place.with_name(f".{self._place.name}.mosaic-tmp")

    def _beside(self, ending: str) -> Path:
        return self._place.with_name(f"{self._place.name}{ending}")

    def _held(self) -> HeldDatabase | None:
        process = self._service.process()
        if process is None:
            return None
        return find_held(self._place, with_children(process.pid))

    def _save(self, held: HeldDatabase) -> None:
        # A process that is suspended in the middle of a write would never let go of its lock.
        os.kill(held.pid, signal.SIGCONT)
        with self._no_copy_left(), held.quiet():
            held.copy(self._copy)
            self._require_sound(held.pid)
            # From here on a run that is killed leaves a whole copy. It does not have the name of
            # the database before the gateway is gone, which goes on writing where nobody sees it.
            self._copy.replace(self._saved)
            sync_directory(self._place.parent)
            # Nothing is written meanwhile, so nothing that was promised to anybody is lost. In
            # peace it would remove, by name, what lies beside the database.
            os.kill(held.pid, signal.SIGKILL)
            self._service.stop()

    def _require_sound(self, pid: int) -> None:
        damage = _damage_of(self._copy)
        if not damage:
            return
        kept = self._beside(".damaged")
        self._copy.replace(kept)
        raise InstallerError(
            f"the lost database that process {pid} has open is damaged: {damage}",
            f"`{kept}` is a copy, of which `sqlite3 {kept} .recover` may save a part; put that, or "
            f"a backup, at `{self._place}` and run `mosaic gateway restart`; `kill {pid}` gives "
            "the data up",
        )

    def _put_in_place(self) -> None:
        # What lies there of the lost file is in the copy; with another database it would damage it.
        for part in PARTS[1:]:
            self._beside(part).unlink(missing_ok=True)
        self._saved.replace(self._place)
        sync_directory(self._place.parent)
        size = self._place.stat().st_size
        self._tell(f"{size // 1024} KiB are saved; no other files of that folder can be")

    @contextmanager
    def _no_copy_left(self) -> Iterator[None]:
        try:
            yield
        finally:
            for part in PARTS:
                self._copy.with_name(f"{self._copy.name}{part}").unlink(missing_ok=True)


def _damage_of(copy: Path) -> str:
    """Bring what is in the log into the main file, and read all of it; return what is wrong."""
    import sqlite3

    try:
        with closing(_connected(copy)) as database:
            said = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise InstallerError(
            f"the copy `{copy}` of the database cannot be finished: {error}",
            "look at its disk (`df`), then run this again; the gateway still has the data",
            identifier="cannot-write",
        ) from None
    except sqlite3.DatabaseError as error:
        return str(error)
    descriptor = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return "" if said == "ok" else " ".join(said.split())


def _connected(copy: Path) -> "sqlite3.Connection":
    import sqlite3

    return sqlite3.connect(f"{copy.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
