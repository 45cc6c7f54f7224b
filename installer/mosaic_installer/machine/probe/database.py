"""Measure the file that the data of tier `local` lies in: lost, damaged, still open somewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.runtime import Process
from mosaic_installer.machine.files import explained
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.processes import systemd

PARTS = ("-wal", "-shm", "-journal")
CHECK_SECONDS = 10.0
"""The longest that a database is looked through; what was sound until then counts as sound."""
STEPS = 100_000
LONGEST = 200
MOST_COPIES = 5


@frozen
class FoundDatabase:
    """What is wrong with the database; see `Installation`."""

    is_ready: bool = False
    """Whether a gateway runs and says that nothing is wrong; then nobody else is asked."""
    fault: str = ""
    keeper: str = ""
    damage: str = ""
    is_lost: bool = False
    copies: tuple[str, ...] = ()

    @property
    def can_be_asked(self) -> bool:
        """Whether it can be known from the database who has an account."""
        return not (self.keeper or self.damage or self.is_lost)


def probe_database(
    machine: LocalMachine, gateway: Gateway | None, meta: Meta | None
) -> FoundDatabase:
    """Return what is wrong; a database that a gateway is ready with is not looked through."""
    fault = machine.database_fault(gateway, meta)
    if fault == "":
        return FoundDatabase(is_ready=True)
    with explained(machine.layout.database, "read"):
        return _look(machine, gateway, meta, fault)


def _look(
    machine: LocalMachine, gateway: Gateway | None, meta: Meta | None, fault: str | None
) -> FoundDatabase:
    layout = machine.layout
    may_run = gateway is not None or layout.pid.exists()
    keeper = machine.database(gateway or _unknown(layout)).keeper() if may_run else ""
    damage = "" if keeper else damage_of(layout.database)
    is_lost = not (keeper or fault or damage) and _is_lost(layout, meta)
    return FoundDatabase(
        fault=fault or "",
        keeper=keeper,
        damage=damage,
        is_lost=is_lost,
        copies=copies_of(layout) if is_lost or damage or fault else (),
    )


def _unknown(layout: Layout) -> Gateway:
    """Return the gateway of an installation whose meta.json is lost: our daemon may be running."""
    runtime = Process(supervisor="daemon", unit_folder=systemd.unit_folder())
    return Gateway(
        layout=layout,
        python=Path(sys.executable),
        bind="127.0.0.1",
        port=0,
        version="",
        runtime=runtime,
    )


def damage_of(path: Path) -> str:
    """Return what is wrong with what lies there, empty where it is a sound database, or nothing."""
    if path.is_dir():
        return "it is a folder"
    if path.exists() and not path.is_file():
        return "it is no regular file"
    return _unsoundness(path) if path.exists() and path.stat().st_size else ""


def copies_of(layout: Layout) -> tuple[str, ...]:
    """Return what lies beside the database, or among the backups, the newest first."""
    found = sorted(_copies(layout), key=lambda path: path.stat().st_mtime, reverse=True)
    return tuple(
        f"`{path}` of {datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
        for path in found[:MOST_COPIES]
    )


def _copies(layout: Layout) -> Iterator[Path]:
    for folder in (layout.data, layout.backups):
        for path in folder.glob("*") if folder.is_dir() else ():
            is_part = path.name.endswith(PARTS) or path.name.startswith(".")
            if path != layout.database and path.is_file() and not is_part:
                yield path


def _is_lost(layout: Layout, meta: Meta | None) -> bool:
    # An uninstall that leaves the data takes the token.
    if meta is None or not layout.token.exists():
        return False
    return not layout.database.exists() or not layout.database.stat().st_size


def _unsoundness(path: Path) -> str:
    import sqlite3

    log = path.with_name(f"{path.name}-wal")
    # Without a log it is read as it lies there; else files would be made beside it.
    query = "mode=ro" if log.is_file() and log.stat().st_size else "immutable=1"
    address = f"{path.absolute().as_uri()}?{query}"
    until = time.monotonic() + CHECK_SECONDS
    try:
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
            database.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            said = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError:
        return ""  # it is locked, say, or the time is over: nothing is known against it
    except sqlite3.DatabaseError as error:
        return str(error)
    words = said.removeprefix("*** in database main ***")
    return "" if said == "ok" else " ".join(words.split())[:LONGEST]
