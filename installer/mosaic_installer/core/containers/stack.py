"""The containers of one installation as a value: what they are called and what they read."""

from pathlib import Path

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.layout import Layout


@frozen
class Stack:
    """The containers of one installation: enough to find, start and stop them.

    `project` is their name on the engine; `services` come in the order they are started in.
    """

    layout: Layout
    project: str
    services: tuple[str, ...]

    @property
    def reads(self) -> tuple[Path, ...]:
        """The files that say what the containers are."""
        layout = self.layout
        return (layout.compose_file, layout.compose_override)

    @property
    def servers(self) -> tuple[str, ...]:
        """Every service but the gateway: all of them run before it starts."""
        return tuple(service for service in self.services if service != GATEWAY)
