"""Secrets: generated or kept in their owner file, and the files that programs read them from."""

from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.machine import Machine
from mosaic_installer.core.secret import Secret
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
class KeepSecrets:
    """Secrets that were given, by name, in `path`, so that the next run needs none of them.

    `dropped` are those that somebody wants to be gone.
    """

    path: Path
    names: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def describe(self) -> str:
        wanted = {"Keep": self.names, "drop": self.dropped}
        parts = (f"{verb} {', '.join(names)}" for verb, names in wanted.items() if names)
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
            _need(machine, name, self.path)
        machine.vault.keep(self.names, self.dropped)

    def undo(self, machine: Machine, *, purge: bool) -> None:
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
        secret = _need(machine, self.name, self.owner)
        machine.files.write(self.path, secret.reveal().encode())

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.files.remove(self.path)


@dataclass(frozen=True, kw_only=True)
class RemoveSecret:
    """The file with a secret that the gateway is no longer to have is gone."""

    path: Path

    def describe(self) -> str:
        return f"Remove the secret {self.path.name} from the gateway"

    def is_done(self, machine: Machine) -> bool:
        return machine.files.kind(self.path) == "absent"

    def apply(self, machine: Machine) -> None:
        machine.files.remove(self.path)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass


def _need(machine: Machine, name: str, owner: Path) -> Secret:
    secret = machine.vault.get(name)
    if secret is None:
        raise InstallerError(
            f"the secret {name} is not in `{owner}`",
            "run `mosaic install` again; it generates what is missing",
            identifier="secrets-damaged",
        )
    return secret
