"""Put an empty database in place: the gateway makes none by itself, so that a lost one is seen."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
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
            why="the gateway begins with an empty database only where there is to be one",
            undone_by="`mosaic uninstall --purge` removes it; without `--purge` the data stays",
            identity=(self.path,),
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Make the database {self.path}"

    def is_done(self, machine: Machine) -> bool:
        kind = machine.files.kind(self.path)
        return kind != "absent" and not (kind == "file" and machine.files.is_empty(self.path))

    def apply(self, machine: Machine) -> None:
        if not self.is_done(machine):
            machine.files.write(self.path, EMPTY_DATABASE)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        if purge and machine.files.kind(self.path) == "file":
            machine.files.remove(self.path)
