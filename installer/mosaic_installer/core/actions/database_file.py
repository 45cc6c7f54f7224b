"""Put an empty database in place: the gateway makes none by itself, so that a lost one is seen."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine


@frozen
class MakeDatabase:
    """There is a file for the gateway's data; an empty one it fills at its start."""

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
        return machine.files.kind(self.path) != "absent"

    def apply(self, machine: Machine) -> None:
        if not self.is_done(machine):
            machine.files.write(self.path, b"")

    def undo(self, machine: Machine, *, purge: bool) -> None:
        if purge and machine.files.kind(self.path) == "file":
            machine.files.remove(self.path)
