"""Make a directory of ours, and keep it to ourselves."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.layout import BACKUPS
from mosaic_installer.core.machine import Machine
from mosaic_installer.errors import InstallerError


@frozen
class MakeDirectory:
    """A directory that only its owner can enter.

    `is_ours_alone` says that all its contents come from the installation, so that a purge takes
    them along, but for backups that a person put there; elsewhere a file that we do not know
    stays, and its directory with it.
    """

    path: Path
    is_ours_alone: bool

    @property
    def about(self) -> About:
        return About(
            why="the installation lives in folders that only you can open",
            undone_by="`mosaic uninstall` removes it once it is empty",
            fault=f"{self.path} is in the way of a folder",
            remedy="it will be created",
            identity=(self.path,),
            undoing=f"Remove the folder {self.path} if it is empty",
            purging=f"Remove the folder {self.path}",
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Create the folder {self.path}"

    def is_done(self, machine: Machine) -> bool:
        return machine.files.kind(self.path) == "directory"

    def apply(self, machine: Machine) -> None:
        if machine.files.kind(self.path) != "absent":
            raise InstallerError(
                f"`{self.path}` is in the way: a folder is needed there",
                "move it away, or choose another folder with MOSAIC_HOME",
                identifier="cannot-write",
            )
        machine.files.make_directory(self.path)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        has_ours = purge and self.is_ours_alone
        backups = self.path / BACKUPS
        machine.files.remove_directory(self.path, with_contents=has_ours, besides=backups)


@frozen
class ProtectDirectory:
    """A directory that was there already, or was opened to others, is its owner's again."""

    path: Path

    @property
    def about(self) -> About:
        return About(
            why="it already existed, and other users of this machine could open it",
            undone_by="it stays private; `chmod` opens it again",
            fault=f"other users can open {self.path}",
            remedy="they will be locked out",
            identity=(self.path,),
            things=str(self.path),
        )

    def describe(self) -> str:
        return f"Make {self.path} private to you"

    def is_done(self, machine: Machine) -> bool:
        return machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        machine.files.make_private(self.path)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass
