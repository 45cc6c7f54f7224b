"""`Containers`: the door to the containers, networks and volumes of one installation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol, get_args

from mosaic_installer.core.frozen import frozen

State = Literal["absent", "exited", "restarting", "unhealthy", "created", "starting", "healthy"]
"""What a container does, the worst first; one without a health check is healthy once it has run for
some seconds."""
WORST_FIRST: tuple[State, ...] = get_args(State)


@frozen
class FoundContainer:
    """A container of a service; `ports` are the addresses that it is reached at from here."""

    service: str
    number: int = 1
    """Which of the containers of its service it is, counted from 1."""
    image: str
    state: State
    since: datetime | None
    ports: tuple[str, ...]
    waits_for: str = ""
    """What it waits for before anything can start it, in words: a node of a Swarm that is lost."""


def state_of_service(service: str, found: Iterable[FoundContainer]) -> State:
    """Return the state of a service: that of the worst of its containers, `absent` without any."""
    states = [row.state for row in found if row.service == service]
    return min(states, key=WORST_FIRST.index, default="absent")


class Containers(Protocol):
    """The containers, networks and volumes of one installation, known by their labels."""

    def found(self) -> tuple[FoundContainer, ...]:
        """Return every container, by the service's name; a service may have several, or none."""

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        """Return whether these services run healthily, as their files and `fingerprints` say.

        All containers of a service do, and there is one.
        """

    def differences(self, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        """Return in words what is otherwise with those of these services that are there; nothing
        where only a checksum tells that something is."""

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

    def is_there(self) -> bool:
        """Return whether `remove` would find anything but volumes: also what a run left half."""

    def volumes(self) -> tuple[str, ...]:
        """Return the names of the installation's volumes."""

    def is_here(self, service: str) -> bool:
        """Return whether the data of a service is on this machine, not another node of a Swarm."""

    def run(
        self, service: str, command: Sequence[str], *, stdin: str = "", alone: Sequence[str] = ()
    ) -> str:
        """Run a program as a service would, and return what it printed: in a container of that
        service, or in one of its own while that is down; its servers are started.

        Where its data is on another node, nobody reaches into its containers from here: the
        program runs beside them, in a container whose variable `MOSAIC_SERVER` names the service;
        or `alone` runs with the data in its stead, and the service is stopped meanwhile."""

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        """Return the last lines that a service printed: the worst of its containers."""
