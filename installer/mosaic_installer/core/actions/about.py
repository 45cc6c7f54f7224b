"""What is known of an action besides how it is done; each action says it of itself."""

from collections.abc import Hashable
from pathlib import Path
from typing import Literal, Protocol

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine

LOOKS_ONLY = "nothing: it only looks"
Part = Literal["", "servers", "gateway"]


@frozen
class About:
    """Why an action is in the plan, what it touches, and what takes it back."""

    why: str
    undone_by: str
    fault: str
    """What is wrong while it is not done."""
    remedy: str
    """What will put that right."""
    identity: tuple[Hashable, ...]
    """What it makes, by name: of two actions of a kind with the same, the latest undoes both."""
    writes: tuple[Path, ...] = ()
    """The files and directories that it makes, changes or removes."""
    reads: tuple[Path, ...] = ()
    """The files of other actions whose content decides whether it is done."""
    asks_engine: bool = False
    """Whether only the container engine knows if it is done."""
    things: str = ""
    """What it touches, where a list of `writes` does not say it."""
    needs: Part = ""
    """What has to run before anybody can tell whether it is done."""
    runs: Part = ""
    """What runs once it is done."""
    undoing: str = ""
    """What an uninstall does about it, as an imperative; nothing where it is empty."""
    purging: str = ""
    """The same for an uninstall that takes the data, too, where that differs."""
    unjournaled: tuple[str, ...] = ()
    """Its texts that the journal need not repeat."""

    @property
    def touches(self) -> str:
        """What a person is told that it touches."""
        return self.things or ", ".join(map(str, self.writes)) or LOOKS_ONLY

    def undone(self, *, purge: bool) -> str:
        """Return what an uninstall does about it, empty where that is nothing."""
        return self.purging if purge and self.purging else self.undoing


class Change(Protocol):
    """What every member of the union `Action` is; none inherits from it."""

    @property
    def about(self) -> About: ...

    def describe(self) -> str:
        """Return the sentence that the plan, the progress, the journal and an error show."""

    def is_done(self, machine: Machine) -> bool:
        """Return whether there is nothing to do; changes nothing."""

    def apply(self, machine: Machine) -> None:
        """Do it; doing it again changes nothing."""

    def undo(self, machine: Machine, *, purge: bool) -> None:
        """Remove what it made and nobody changed, and the data, too, in a `purge`."""
