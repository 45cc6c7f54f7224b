"""Write a generated file, and keep the user's hands off and on it apart."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.actions.secrets import needed
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.provisioner_key import PLACE, PROVISIONER_KEY, public_half
from mosaic_installer.core.share import Remark
from mosaic_installer.core.written import damage_to, is_ours, note_of

DAMAGED, EDITED = "damaged", "edited"
"""What is added to the name of a file that is put aside."""


@frozen
class WriteFile:
    """A file that is rendered from answers and facts; `content` never holds a secret.

    A file that the user edited is kept, and reported by a check, unless `replaces_edited`. What is
    replaced then, or was damaged, is put aside.
    """

    path: Path
    content: str
    replaces_edited: bool = False
    reader: int | None = None
    """The user that reads it inside a container, where that is not ourselves."""
    key_in: Path | None = None
    """The owner file of the provisioner's key, where its public half stands in the content."""

    @property
    def about(self) -> About:
        return About(
            why="it is generated from your settings; if you edit it, your version is kept",
            undone_by="`mosaic uninstall` removes it, unless you edited it",
            fault=f"{self.path} is out of date",
            remedy="it will be rewritten",
            identity=(self.path,),
            undoing=f"Remove {self.path} unless you edited it",
            purging=f"Remove {self.path}",
            writes=(self.path,),
            reads=(self.key_in,) if self.key_in else (),
            unjournaled=("content",),
        )

    def describe(self) -> str:
        return f"Write {self.path}"

    def is_done(self, machine: Machine) -> bool:
        current = machine.files.read(self.path)
        if current == self._wanted(machine):
            # Unknown checksums (theirs were lost, or never noted) are noted again by writing.
            is_known = is_ours(current, machine.files.notes(self.path))
            return is_known and machine.files.is_private(self.path, owner=self.reader)
        return not self.replaces_edited and self.is_edited(machine)

    def apply(self, machine: Machine) -> None:
        if self.key_in:
            needed(machine, PROVISIONER_KEY, self.key_in)
        wanted = self._wanted(machine)
        self._put_aside(machine)
        # Noted first: should we die in between, either content is known to be ours.
        machine.files.note(self.path, note_of(wanted))
        machine.files.write(self.path, wanted, owner=self.reader)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        current = machine.files.read(self.path)
        if purge or current is None or is_ours(current, machine.files.notes(self.path)):
            machine.files.remove(self.path)
        if purge:
            for ending in (DAMAGED, EDITED):
                machine.files.remove(self._beside(ending))

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{ending}")

    def is_edited(self, machine: Machine) -> bool:
        """Whether a person changed it since we wrote it."""
        current = machine.files.read(self.path)
        if current is None or is_ours(current, machine.files.notes(self.path)):
            return False
        return not self._damage(machine, current)

    def damage(self, machine: Machine) -> str:
        """Return how the file is damaged, in words; empty where it is whole, ours, or absent."""
        current = machine.files.read(self.path)
        return "" if current is None else self._damage(machine, current)

    def _put_aside(self, machine: Machine) -> None:
        current = machine.files.read(self.path)
        if current is None or is_ours(current, machine.files.notes(self.path)):
            return
        damage = self._damage(machine, current)
        if current.strip(b"\0 \t\r\n"):
            aside = self._beside(DAMAGED if damage else EDITED)
            machine.files.write(aside, current)
            why = f"it is {damage}" if damage else "you edited it"
            machine.tell(Remark(text=f"{self.path.name}: {why}; kept as {aside.name}"))

    def _damage(self, machine: Machine, current: bytes) -> str:
        wanted = note_of(self._wanted(machine))
        return damage_to(self.path.name, current, (wanted, *machine.files.notes(self.path)))

    def _wanted(self, machine: Machine) -> bytes:
        key = machine.vault.get(PROVISIONER_KEY) if self.key_in else None
        # Before there is a key, what is shown of the file has its place.
        content = self.content.replace(PLACE, public_half(key)) if key else self.content
        return content.encode()

    def diff(self, machine: Machine) -> str:
        """Return the change as a unified diff, empty when the file is as it should be."""
        before = (machine.files.read(self.path) or b"").decode(errors="replace")
        from difflib import unified_diff

        lines = unified_diff(
            before.splitlines(),
            self._wanted(machine).decode().splitlines(),
            str(self.path),
            str(self.path),
            "now",
            "then",
            lineterm="",
        )
        return "\n".join(lines)
