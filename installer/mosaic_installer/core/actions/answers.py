"""Save what was chosen, so that the next run needs no questions."""

from dataclasses import dataclass
from pathlib import Path

from mosaic_installer.core.answers_file import holds, updated
from mosaic_installer.core.machine import Machine


@dataclass(frozen=True, kw_only=True)
class SaveAnswers:
    """answers.toml with exactly these values; the user's own comments in it stay."""

    path: Path
    values: dict[str, str | int]

    def describe(self) -> str:
        return f"Save the answers in {self.path}"

    def is_done(self, machine: Machine) -> bool:
        text = self._text(machine)
        return text is not None and holds(text, self.values) and machine.files.is_private(self.path)

    def apply(self, machine: Machine) -> None:
        machine.files.write(self.path, updated(self._text(machine), self.values).encode())

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.files.remove(self.path)

    def _text(self, machine: Machine) -> str | None:
        content = machine.files.read(self.path)
        return None if content is None else content.decode("utf-8-sig")
