"""The containers of one installation as a value: what they are called and what they read."""

from pathlib import Path
from typing import Literal

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.layout import Layout

Orchestrator = Literal["compose", "swarm"]
"""Who makes the containers: Compose on this machine, or the Swarm that it manages."""


@frozen
class Stack:
    """The containers of one installation: enough to find, start and stop them.

    `project` is their name on the engine; `services` come in the order they are started in.
    """

    layout: Layout
    project: str
    services: tuple[str, ...]
    orchestrator: Orchestrator = "compose"

    @property
    def definition(self) -> Path:
        """The file that we write of what the containers are."""
        layout = self.layout
        return layout.swarm_file if self.orchestrator == "swarm" else layout.compose_file

    @property
    def labels(self) -> dict[str, str]:
        """The labels of all that is made for it on a Swarm."""
        return {
            labels.STACK: self.project,
            labels.PROJECT: self.project,
            labels.HOME: str(self.layout.root),
        }

    @property
    def reads(self) -> tuple[Path, ...]:
        """The files that say what the containers are."""
        if self.orchestrator == "swarm":
            return (self.definition,)
        return (self.definition, self.layout.compose_override)

    @property
    def servers(self) -> tuple[str, ...]:
        """Every service but the gateway: all of them run before it starts."""
        return tuple(service for service in self.services if service != GATEWAY)
