"""What the gateway runs as: a closed union, matched by whoever starts, stops or finds it."""

from pathlib import Path
from typing import ClassVar

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.facts.installation import Supervisor
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.layout import Layout


@frozen
class Process:
    """A process of this user, kept running by systemd or by a daemon of ours."""

    is_contained: ClassVar = False
    supervisor: Supervisor
    unit_folder: Path
    """Where systemd looks for this user's units."""

    def unit(self, layout: Layout) -> Path:
        """Return the file of the systemd unit, where that is the supervisor."""
        return self.unit_folder / layout.unit


@frozen
class Container:
    """One of the containers of `stack`."""

    is_contained: ClassVar = True
    """Whether it sees other containers by their names, and of this machine only what it mounts."""
    stack: Stack


@frozen
class SwarmService:
    """One of the services of `stack` on a Swarm that this machine's engine manages."""

    is_contained: ClassVar = True
    stack: Stack


Runtime = Process | Container | SwarmService
KINDS: dict[str, type[Process] | type[Container] | type[SwarmService]] = {
    "process": Process,
    "container": Container,
    "swarm": SwarmService,
}
"""What the setting `gateway.runtime` names."""


def is_contained(answers: Answers) -> bool:
    """Return whether the gateway runs inside a container."""
    return KINDS[answers.gateway.runtime].is_contained


def is_in_mesh(answers: Answers) -> bool:
    """Return whether every node of a Swarm answers at the gateway's port, and passes it on."""
    return is_on_swarm(answers) and answers.gateway.publish == "ingress"


def is_on_swarm(answers: Answers) -> bool:
    """Return whether the gateway, and its servers with it, are services of a Swarm."""
    return KINDS[answers.gateway.runtime] is SwarmService
