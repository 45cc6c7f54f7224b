"""`ModelServer`: the door to an Ollama, wherever it runs."""

from collections.abc import Callable
from typing import Protocol


class ModelServer(Protocol):
    """An Ollama, wherever it runs."""

    def has(self, name: str) -> bool:
        """Return whether it has a model; one that does not answer has none."""

    def pull(self, name: str, tell: Callable[[str], None]) -> None:
        """Pull a model, saying how far it is; raises `InstallerError` when it does not come."""
