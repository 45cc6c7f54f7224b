"""What the glance at the Ollama of this machine found."""

from mosaic_installer.core.frozen import frozen


@frozen
class FoundOllama:
    """An Ollama that answers on this machine, although nobody named it."""

    url: str
    version: str
    models: int
    """How many it has."""
