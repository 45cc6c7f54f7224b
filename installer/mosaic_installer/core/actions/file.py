"""Write a generated file, and keep the user's hands off and on it apart."""

from hashlib import sha256
from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine


@frozen
class WriteFile:
    """A file that is rendered from answers and facts; `content` never holds a secret.

    A file that the user edited is kept, and reported by a check, unless `replaces_edited`.
    """

    path: Path
    content: str
    replaces_edited: bool = False
    reader: int | None = None
    """The user that reads it inside a container, where that is not ourselves."""

    @property
    def about(self) -> About:
        return About(
            why="it is made from your answers; where you edit it, your version is kept",
            undone_by="`mosaic uninstall` removes it, unless you edited it",
            identity=(self.path,),
            writes=(self.path,),
            unjournaled=("content",),
        )

    def describe(self) -> str:
        return f"Write {self.path}"

    def is_done(self, machine: Machine) -> bool:
        current = machine.files.read(self.path)
        if current == self.content.encode():
            # Unknown checksums (theirs were lost, or never noted) are noted again by writing.
            is_known = not _is_edited(machine, self.path, current)
            return is_known and machine.files.is_private(self.path, owner=self.reader)
        return not self.replaces_edited and _is_edited(machine, self.path, current)

    def apply(self, machine: Machine) -> None:
        # Noted first: should we die in between, either content is known to be ours.
        machine.files.note_digest(self.path, digest(self.content.encode()))
        machine.files.write(self.path, self.content.encode(), owner=self.reader)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        if purge or not _is_edited(machine, self.path, machine.files.read(self.path)):
            machine.files.remove(self.path)

    def diff(self, machine: Machine) -> str:
        """Return the change as a unified diff, empty when the file is as it should be."""
        before = (machine.files.read(self.path) or b"").decode(errors="replace")
        from difflib import unified_diff

        lines = unified_diff(
            before.splitlines(),
            self.content.splitlines(),
            str(self.path),
            str(self.path),
            "now",
            "then",
            lineterm="",
        )
        return "\n".join(lines)


def digest(content: bytes) -> str:
    """Return the checksum by which we know what we wrote."""
    return sha256(content).hexdigest()


def _is_edited(machine: Machine, path: Path, current: bytes | None) -> bool:
    return current is not None and digest(current) not in machine.files.digests(path)
