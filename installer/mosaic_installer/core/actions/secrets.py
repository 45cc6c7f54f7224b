"""Generate secrets into their owner file, and derive the files that programs read them from."""

from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.machine import Machine
from mosaic_installer.errors import InstallerError


@dataclass(frozen=True, kw_only=True)
class GenerateSecrets:
    """Generated secrets by name, in `path`; one that exists is never replaced."""

    path: Path
    names: tuple[str, ...]

    def describe(self) -> str:
        return f"Generate secrets ({', '.join(self.names)}) in {self.path}"

    def is_done(self, machine: Machine) -> bool:
        exist = all(machine.vault.get(name) is not None for name in self.names)
        return exist and machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        machine.vault.generate(self.names)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # Data that is kept needs the secrets it was written with.
        if purge:
            machine.vault.remove()


@dataclass(frozen=True, kw_only=True)
class WriteSecret:
    """A file with one secret of `owner` and nothing else, for a program to read."""

    path: Path
    name: str
    owner: Path

    def describe(self) -> str:
        return f"Write the secret {self.name} for the gateway"

    def is_done(self, machine: Machine) -> bool:
        secret = machine.vault.get(self.name)
        if secret is None or machine.files.read(self.path) != secret.reveal().encode():
            return False
        return machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        secret = machine.vault.get(self.name)
        if secret is None:
            raise InstallerError(
                f"the secret {self.name} is not in `{self.owner}`",
                "run `mosaic install` again; it generates what is missing",
                identifier="secrets-damaged",
            )
        machine.files.write(self.path, secret.reveal().encode())

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.files.remove(self.path)
