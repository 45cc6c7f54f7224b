"""Make a directory of ours, and keep it to ourselves."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.errors import InstallerError


@frozen
class MakeDirectory:
    """A directory that only its owner can enter.

    `is_ours_alone` says that all its contents come from the installation, so that a purge takes
    them along; elsewhere a file that we do not know stays, and its directory with it.
    """

    path: Path
    is_ours_alone: bool

    @property
    def about(self) -> About:
        return About(
            why="everything of the installation lies in directories that only you can enter",
            undone_by="`mosaic uninstall` removes it once it is empty",
            identity=(self.path,),
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Make the directory {self.path}"

    def is_done(self, machine: Machine) -> bool:
        return machine.files.kind(self.path) == "directory"

    def apply(self, machine: Machine) -> None:
        if machine.files.kind(self.path) != "absent":
            raise InstallerError(
                f"`{self.path}` is in the way: a directory is needed there",
                "move it away, or choose another place with MOSAIC_HOME",
                identifier="cannot-write",
            )
        machine.files.make_directory(self.path)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.files.remove_directory(self.path, with_contents=purge and self.is_ours_alone)


@frozen
class ProtectDirectory:
    """A directory that was there already, or was opened to others, is its owner's again."""

    path: Path

    @property
    def about(self) -> About:
        return About(
            why="it was there before, and other users of this machine could enter it",
            undone_by="it stays closed; `chmod` opens it again",
            identity=(self.path,),
            things=str(self.path),
        )

    def describe(self) -> str:
        return f"Close {self.path} to other users"

    def is_done(self, machine: Machine) -> bool:
        return machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        machine.files.make_private(self.path)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass
