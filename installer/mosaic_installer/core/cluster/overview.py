"""What a Swarm has of one installation, as people ask for it: nodes, services and their tasks."""

from collections.abc import Collection

from mosaic_installer.core.cluster.place import Place
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.frozen import frozen

MISSING = "missing"
"""What is said of a service that is not there at all."""


@frozen
class Node:
    """A node of the Swarm; `state` and `availability` are the engine's words."""

    name: str
    is_manager: bool
    is_leader: bool
    is_reachable: bool
    """Whether a manager hears of the others; nobody asks that of a worker."""
    state: str
    availability: str
    engine: str
    """The version of its engine."""

    @property
    def is_usable(self) -> bool:
        """Whether tasks are given to it now."""
        return self.state == "ready" and self.availability == "active"

    @property
    def place(self) -> Place:
        """The node as one that a service may run on."""
        return Place(name=self.name, state=self.state, availability=self.availability)


@frozen
class ServiceRow:
    """A service and its tasks; `nodes` are where they run, `places` where they may."""

    name: str
    wanted: int
    running: int
    nodes: tuple[str, ...]
    places: tuple[str, ...]
    tasks: tuple[str, ...]
    """The identifiers of the tasks that run."""
    troubles: tuple[str, ...]
    left: tuple[str, ...] = ()
    """Where moves of it have left old data."""
    older: tuple[str, ...] = ()
    """Where it still runs as it was before it was changed."""
    coming: tuple[str, ...] = ()
    """Where a task of it is that does not run yet."""

    @property
    def at(self) -> tuple[str, ...]:
        """Where it runs, as it is now or as it was."""
        return tuple(dict.fromkeys((*self.nodes, *self.older)))

    @property
    def is_nowhere(self) -> bool:
        """Whether it waits for a node that it may run on, and no node is one."""
        is_waiting = self.wanted and self.troubles and MISSING not in self.troubles
        return bool(is_waiting) and not (self.places or self.at or self.coming)

    @property
    def has_data(self) -> bool:
        """Whether it has a volume on its node."""
        return bool(self.name in BY_NAME and BY_NAME[self.name].volume)

    @property
    def is_needed(self) -> bool:
        """Whether no gateway is ready without it."""
        return self.name in BY_NAME and BY_NAME[self.name].before_gateway


@frozen
class Overview:
    """Nodes and services, in the order that services are started in."""

    nodes: tuple[Node, ...]
    services: tuple[ServiceRow, ...]
    here: str = ""
    """The name of the node that this machine is."""

    @property
    def is_whole(self) -> bool:
        """Whether everything runs that is to run."""
        rows = self.services
        return bool(rows) and all(row.running == row.wanted and row.wanted for row in rows)

    @property
    def managers(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.is_manager)

    def usable(self, *, without: Collection[str] = ()) -> set[str]:
        """Return the names of the nodes that tasks are given to, but for some of them."""
        return {node.name for node in self.nodes if node.is_usable} - set(without)
