"""The file of the answers: saved, so that the next run asks nothing, and free of secrets."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.settling.answers_file import (
    says_exactly,
    secret_rows,
    updated,
    without_rows,
)


@frozen
class SaveAnswers:
    """answers.toml with exactly these values; the user's own comments in it stay."""

    path: Path
    values: dict[str, str | int]

    @property
    def about(self) -> About:
        return About(
            why="the next run needs no questions; you may edit the file",
            undone_by="`mosaic uninstall` removes the file",
            fault=f"{self.path} is out of date, or open to other users",
            remedy="it will be saved again",
            identity=(self.path,),
            undoing=f"Remove {self.path}",
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Save your settings to {self.path}"

    def is_done(self, machine: Machine) -> bool:
        text = _text(machine, self.path)
        return (
            text is not None
            and says_exactly(text, self.values)
            and machine.files.is_private(self.path)
        )

    def apply(self, machine: Machine) -> None:
        machine.files.write(self.path, updated(_text(machine, self.path), self.values).encode())

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.files.remove(self.path)


@frozen
class TakeOutSecrets:
    """answers.toml without the secrets that somebody wrote into it, once they are of no use there.

    Those that are kept have their place in secrets.toml by then, the administrator's password was
    used; what has not got there yet, since only some stages run, stays.
    """

    path: Path

    @property
    def about(self) -> About:
        return About(
            why="secrets belong in secrets.toml, and the administrator's password nowhere",
            undone_by="they are not written there again",
            fault=f"{self.path} contains secrets",
            remedy="they will be removed from it",
            identity=(self.path,),
            writes=(self.path,),
        )

    def describe(self) -> str:
        return f"Remove the secrets from {self.path}"

    def is_done(self, machine: Machine) -> bool:
        return not secret_rows(_text(machine, self.path) or "")

    def apply(self, machine: Machine) -> None:
        text = _text(machine, self.path) or ""
        keys = [key for key in secret_rows(text) if self._is_of_no_use(key, machine)]
        if keys:
            machine.files.write(self.path, without_rows(text, keys).encode())

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass

    def _is_of_no_use(self, key: str, machine: Machine) -> bool:
        setting = CATALOGUE[key]
        vault = machine.vault
        return not setting.is_kept_secret or vault.on_file(setting.name) == vault.get(setting.name)


def _text(machine: Machine, path: Path) -> str | None:
    content = machine.files.read(path)
    return None if content is None else content.decode("utf-8-sig")
