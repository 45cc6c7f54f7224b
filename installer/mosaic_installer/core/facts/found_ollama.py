"""What the glance at the Ollama of this machine found."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FoundOllama:
    """An Ollama that answers on this machine, although nobody named it."""

    url: str
    version: str
    models: int
    """How many it has."""
