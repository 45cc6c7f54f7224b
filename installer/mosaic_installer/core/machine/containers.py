"""`Containers`: the door to the containers, networks and volumes of one installation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

State = Literal["absent", "created", "starting", "healthy", "unhealthy", "restarting", "exited"]
"""What a container does; one without a health check is healthy as soon as it runs."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """The container of one service; `ports` are the addresses that it is reached at from here."""

    service: str
    image: str
    state: State
    since: datetime | None
    ports: tuple[str, ...]


class Containers(Protocol):
    """The containers, networks and volumes of one installation, known by their labels."""

    def found(self) -> tuple[Container, ...]:
        """Return the container of each service that has one, by the service's name."""

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        """Return whether these services run healthily, as their files and `fingerprints` say."""

    def up(self, fingerprints: Mapping[str, str]) -> None:
        """Create and start these services; those that changed are made anew, volumes stay."""

    def wait(self, services: Sequence[str], deadline: float) -> None:
        """Return once all are healthy; raises `UnhealthyError` when one ends, or after `deadline`
        seconds, with its last lines."""

    def stop(self, *services: str) -> None:
        """Stop the containers of these services, and leave them there."""

    def discard(self, *services: str) -> None:
        """Remove the containers of these services; volumes and networks stay."""

    def remove(self, *, with_volumes: bool) -> None:
        """Remove every container and network of the installation, and its volumes if told so."""

    def volumes(self) -> tuple[str, ...]:
        """Return the names of the installation's volumes."""

    def run(self, service: str, command: Sequence[str], *, stdin: str = "") -> str:
        """Run a program as a service would, and return what it printed: in the container of that
        service, or in one of its own while that is down; its servers are started."""

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        """Return the last lines that the container of a service printed."""
