"""How far a move of a service is, by the labels of nodes: `moving.py` has the table."""

from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.cluster.node_names import joined, sorted_names
from mosaic_installer.core.containers.moved import FROM, LEFT, TO, move_label
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.swarm import MAY_RUN, node_label
from mosaic_installer.core.frozen import frozen
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Documents


@frozen
class NodeRef:
    """A node that a volume is on, or is to be, by its identifier and its name."""

    node: str
    name: str


@frozen
class Way:
    """Where a service is, and where a move of it stands."""

    at: tuple[NodeRef, ...]
    """The nodes that it may run on."""
    to: tuple[NodeRef, ...]
    source: tuple[NodeRef, ...]
    """What it is on its way from."""
    left: tuple[NodeRef, ...]
    """Nodes with old data."""

    @property
    def is_unfinished(self) -> bool:
        return bool(self.to or self.source)

    def move(self, service: str) -> Move:
        """Return a move of that service that stands here, unfinished."""
        return Move(
            service=service,
            source=_named(self.source or self.at),
            target=_named(self.to or self.at),
            has_begun=bool(self.source and self.at),
        )


def _named(places: tuple[NodeRef, ...]) -> str:
    # A node that was removed in the midst of a move took its label along.
    return joined([place.name for place in places]) or "a node that is gone"


def way_of(rows: Documents, project: str, service: str) -> Way:
    """Return how far a move of a service is."""

    def having(key: str, value: str) -> tuple[NodeRef, ...]:
        return tuple(
            NodeRef(node=str(row["ID"]), name=str(row["Description"]["Hostname"]))
            for row in rows
            if labels_of(row["Spec"]).get(key) == value
        )

    key = move_label(project, service)
    return Way(
        at=having(node_label(project, service), MAY_RUN),
        to=having(key, TO),
        source=having(key, FROM),
        left=having(key, LEFT),
    )


def left_on(rows: Documents, project: str, service: str) -> tuple[str, ...]:
    """Return the names of the nodes where moves of a service have left old data."""
    return tuple(sorted_names(place.name for place in way_of(rows, project, service).left))


def unfinished_moves(project: str, rows: Documents) -> tuple[Move, ...]:
    """Return the moves that were cut off, and can go on: the old node answers."""
    up = {row["ID"] for row in rows if row["Status"]["State"] == "ready"}
    ways = {name: way_of(rows, project, name) for name in BY_NAME if BY_NAME[name].volume}
    return tuple(
        way.move(name)
        for name, way in ways.items()
        if way.to or any(place.node in up for place in way.source)
    )
