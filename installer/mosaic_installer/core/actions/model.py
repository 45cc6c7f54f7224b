"""Pull a model through the Ollama that the gateway uses."""

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine


@frozen
class PullModel:
    """Ollama at `url` has the model. It outlives an uninstall: Ollama is not ours."""

    url: str
    name: str

    @property
    def about(self) -> About:
        return About(
            why="you asked for it, and Ollama does not have the model yet",
            undone_by="it stays with Ollama; `ollama rm` removes it",
            fault=f"Ollama at {self.url} does not have the model {self.name}",
            remedy="it will be downloaded",
            identity=(self.url, self.name),
            things=f"models of Ollama at {self.url}",
        )

    def describe(self) -> str:
        return f"Download the model {self.name} to Ollama at {self.url}"

    def is_done(self, machine: Machine) -> bool:
        return machine.models(self.url).has(self.name)

    def apply(self, machine: Machine) -> None:
        machine.models(self.url).pull(self.name, machine.tell)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass
