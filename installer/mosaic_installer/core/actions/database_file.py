"""The file of the database: an empty one put in place, a lost one saved, a damaged one put aside.

The gateway makes none by itself, so that a lost one is seen.
"""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine

BEGINS_HERE = 0x4D6F7361
"""The application id by which the gateway knows a database that it is to begin in: `Mosa`."""
PAGE = 4096


def _empty_database() -> bytes:
    """Return an SQLite database of one page without any table, which has our application id.

    https://www.sqlite.org/fileformat2.html: the database header, then the header of an empty leaf.
    """
    versions = bytes((1, 1))  # a rollback journal; whoever opens it may choose another
    fractions = bytes((0, 64, 32, 32))
    changes, pages, utf8 = (1).to_bytes(4), (1).to_bytes(4), (1).to_bytes(4)
    unused = bytes(4)
    header = (
        b"SQLite format 3\0" + PAGE.to_bytes(2) + versions + fractions + changes + pages
        + unused * 6 + utf8 + unused * 2 + BEGINS_HERE.to_bytes(4) + bytes(20) + changes + unused
    )  # fmt: skip
    leaf = bytes((0x0D, 0, 0, 0, 0)) + PAGE.to_bytes(2) + bytes(1)
    return (header + leaf).ljust(PAGE, b"\0")


EMPTY_DATABASE = _empty_database()


@frozen
class MakeDatabase:
    """There is a database for the gateway's data; one without tables it fills at its start.

    A file without content is none: it may be all that is left of one.
    """

    path: Path

    @property
    def about(self) -> About:
        return About(
            why="the gateway starts with an empty database only if you want one",
            undone_by="`mosaic uninstall --purge` removes it; without `--purge` the data stays",
            fault=f"{self.path} is empty",
            remedy="an empty database will be created",
            identity=(self.path,),
            purging=f"Remove {self.path}",
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Create the database {self.path}"

    def is_done(self, machine: Machine) -> bool:
        kind = machine.files.kind(self.path)
        return kind != "absent" and not (kind == "file" and machine.files.is_empty(self.path))

    def apply(self, machine: Machine) -> None:
        if not self.is_done(machine):
            machine.files.write(self.path, EMPTY_DATABASE)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        if purge and machine.files.kind(self.path) == "file":
            machine.files.remove(self.path)


@frozen
class RescueDatabase:
    """The database is back in its place, from whom still has it; `gateway` as it runs now."""

    gateway: Gateway

    @property
    def about(self) -> About:
        return About(
            why="its file is gone, and what the running gateway has of it would end with that",
            undone_by="`mosaic uninstall --purge` removes it; without `--purge` the data stays",
            fault=f"{self.gateway.layout.database} is not what the gateway uses",
            remedy="it will be recovered from the running gateway",
            identity=(self.gateway.layout.database,),
            purging=f"Remove {self.gateway.layout.database}",
            writes=(self.gateway.layout.database, self.gateway.layout.pid),
        )

    def describe(self) -> str:
        return f"Recover the lost database into {self.gateway.layout.database}"

    def is_done(self, machine: Machine) -> bool:
        return not machine.database(self.gateway).keeper()

    def apply(self, machine: Machine) -> None:
        machine.database(self.gateway).rescue()

    def undo(self, machine: Machine, *, purge: bool) -> None:
        MakeDatabase(path=self.gateway.layout.database).undo(machine, purge=purge)


@frozen
class SetDatabaseAside:
    """Nothing lies in the place of the database; what did has a name that ends in `ending`."""

    gateway: Gateway
    ending: str

    @property
    def about(self) -> About:
        return About(
            why="the gateway cannot use it; what can be saved from it may be in there",
            undone_by="stop the gateway and rename it back; `mosaic uninstall --purge` removes it",
            fault=f"{self._path} cannot be used",
            remedy=f"it will be moved aside as {self._aside.name}",
            identity=(self._path, self.ending),
            writes=(self._path, self._aside, self.gateway.layout.pid),
        )

    def describe(self) -> str:
        return f"Move {self._path} aside as {self._aside.name}"

    def is_done(self, machine: Machine) -> bool:
        there = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return all(machine.files.kind(path) == "absent" for path in there)

    def apply(self, machine: Machine) -> None:
        machine.database(self.gateway).put_aside(self.ending)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass  # it lies in the folder of the data, and goes or stays with that

    @property
    def _path(self) -> Path:
        return self.gateway.layout.database

    @property
    def _aside(self) -> Path:
        return self._path.with_name(f"{self._path.name}{self.ending}")
