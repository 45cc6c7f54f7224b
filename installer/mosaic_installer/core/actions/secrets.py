"""Secrets: generated or kept in their owner file, and the files that programs read them from."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.containers.service import Form
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError

VALKEY_USERS = """\
user default reset off ~* &* +@all
user health reset on nopass -@all +ping
user mosaic reset on #{digest} ~mosaic:* -@all +@read +@write +@scripting +@connection \
+@transaction +time
"""
"""An ACL file (valkey.io/topics/acl): anybody may ask whether it lives; the gateway, known by the
digest of its password, may use its own keys and administer nothing.

Nobody can be the default user, which is off. What it may do is what Valkey itself may do when it
starts and reads its data again: with less, transactions are lost (valkey-io/valkey#3983)."""

NAMED = 3
"""Of more secrets only the number is said."""


@frozen
class GenerateSecrets:
    """Generated secrets by name, in `path`; one that exists is never replaced."""

    path: Path
    names: tuple[str, ...]
    copies: Path | None = None
    """The folder of the files that are derived from it: where it is lost, they are not."""
    other_copies: tuple[Path, ...] = ()
    """Such files in other folders, each named for its secret."""

    @property
    def about(self) -> About:
        return About(
            why="the gateway signs sessions with these; they are generated here and never shown",
            undone_by="`mosaic uninstall --purge` removes them; data that is kept needs them",
            fault=f"{self.path} is damaged, incomplete, or open to other users",
            remedy="what is missing will be generated",
            identity=(self.path,),
            purging=f"Remove {self.path}",
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Generate {_counted(self.names)} in {self.path}"

    def is_done(self, machine: Machine) -> bool:
        exist = all(machine.vault.get(name) is not None for name in self.names)
        is_whole = not machine.vault.is_damaged()
        return exist and is_whole and machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        machine.vault.generate(self.names, dict(self._copies(machine)))

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # Data that is kept needs the secrets it was written with.
        if purge:
            machine.vault.remove()

    def _copies(self, machine: Machine) -> Iterator[tuple[str, Secret]]:
        names = {name.replace("_", "-"): name for name in self.names}
        folder = [self.copies / file for file in names] if self.copies else []
        for path in (*self.other_copies, *folder):
            content = machine.files.read(path)
            if content and path.name in names:
                yield names[path.name], Secret(content.decode(errors="replace"))


@frozen
class KeepSecrets:
    """Secrets that were given, by name, in `path`, so that the next run needs none of them.

    `dropped` are those that somebody wants to be gone.
    """

    path: Path
    names: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def about(self) -> About:
        return About(
            why="the next run needs what you entered; it is saved in this file only",
            undone_by="`mosaic uninstall --purge` removes it; "
            "`--set KEY=none` removes a single one",
            fault=f"{self.path} does not have what you entered",
            remedy="it will be saved again",
            identity=(self.path,),
            purging=f"Remove {self.path}",
            writes=(self.path,),
        )

    def describe(self) -> str:
        wanted = {"save": self.names, "remove": self.dropped}
        parts = (f"{verb} {_listed(names)}" for verb, names in wanted.items() if names)
        sentence = " and ".join(parts)
        return f"{sentence[0].upper()}{sentence[1:]} in {self.path}"

    def is_done(self, machine: Machine) -> bool:
        vault = machine.vault
        are_kept = all(
            vault.get(name) is not None and vault.on_file(name) == vault.get(name)
            for name in self.names
        )
        are_gone = all(vault.on_file(name) is None for name in self.dropped)
        return are_kept and are_gone and machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        for name in self.names:
            needed(machine, name, self.path)
        machine.vault.keep(self.names, self.dropped)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        if purge:
            machine.vault.remove()


@frozen
class WriteSecret:
    """A file with one secret of `owner` and nothing else, for a program to read."""

    path: Path
    name: str
    owner: Path
    form: Form = "plain"
    reader: int | None = None
    """The user that reads it inside a container, where that is not ourselves."""
    service: str = "the gateway"
    """Whose it is."""

    @property
    def about(self) -> About:
        return About(
            why="programs read each secret from a file of its own, never from their environment",
            undone_by="`mosaic uninstall` removes the file",
            fault=f"{self.path} is out of date",
            remedy="it will be rewritten",
            identity=(self.path,),
            undoing=f"Remove {self.path}",
            writes=(self.path,),
            reads=(self.owner,),
        )

    def describe(self) -> str:
        reader = "Valkey" if self.form == "valkey-users" else self.service
        return f"Write the secret {self.name} for {reader}"

    def is_done(self, machine: Machine) -> bool:
        secret = machine.vault.get(self.name)
        if secret is None or machine.files.read(self.path) != self._content(secret):
            return False
        return machine.files.is_private(self.path, owner=self.reader)

    def apply(self, machine: Machine) -> None:
        secret = needed(machine, self.name, self.owner)
        machine.files.write(self.path, self._content(secret), owner=self.reader)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.files.remove(self.path)

    def _content(self, secret: Secret) -> bytes:
        text = secret.reveal()
        if self.form == "valkey-users":
            text = VALKEY_USERS.format(digest=sha256(text.encode()).hexdigest())
        return text.encode()


@frozen
class RemoveSecret:
    """The file with a secret that the gateway is no longer to have is gone."""

    path: Path

    @property
    def about(self) -> About:
        return About(
            why="your settings no longer have it",
            undone_by="nothing: enter it again to get it back",
            fault=f"{self.path} is no longer needed",
            remedy="it will be removed",
            identity=(self.path,),
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Remove the secret {self.path.name} from the gateway"

    def is_done(self, machine: Machine) -> bool:
        return machine.files.kind(self.path) == "absent"

    def apply(self, machine: Machine) -> None:
        machine.files.remove(self.path)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass


def needed(machine: Machine, name: str, owner: Path) -> Secret:
    """Return the secret `name`; raises `InstallerError` where its owner file lacks it."""
    secret = machine.vault.get(name)
    if secret is None:
        raise InstallerError(
            f"the secret {name} is not in `{owner}`",
            "run `mosaic install` again; it generates what is missing",
            identifier="secrets-damaged",
        )
    return secret


def _counted(names: tuple[str, ...]) -> str:
    return "1 secret" if len(names) == 1 else f"{len(names)} secrets"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= NAMED else _counted(names)
