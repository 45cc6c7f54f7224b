"""Measure what an engine is in a Swarm, and where else on it an installation has data."""

from mosaic_installer.core.cluster.place import Place
from mosaic_installer.core.containers.engine import Swarm
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.swarm import MAY_RUN, node_label
from mosaic_installer.core.frozen import replace
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.elsewhere import data_elsewhere
from mosaic_installer.machine.engine.swarm.standing import places_of
from mosaic_installer.machine.engine.swarm.way import left_on, unfinished_moves


def membership_of(found: Swarm, info: Document) -> Swarm:
    """Return `found` with what an engine says of itself (`/info`)."""
    said = info.get("Swarm") or {}
    return replace(
        found,
        node=str(said.get("NodeID", "")) if said.get("LocalNodeState") == "active" else "",
        name=str(info.get("Name", "")),
        cluster=str((said.get("Cluster") or {}).get("ID", "")),
        is_manager=bool(said.get("ControlAvailable")),
        managers=int(said.get("Managers") or 0),
        nodes=int(said.get("Nodes") or 0),
    )


def as_manager(found: Swarm, project: str, reader: Reader) -> Swarm:
    """Return `found` with what a manager says of its nodes; it knows none without most others."""
    try:
        rows = reader.nodes()
    except EngineError:
        # One that has just lost the others counts them still, for as long as nobody asks for them.
        return replace(found, nodes=0)
    data = data_elsewhere(project, reader)
    return replace(
        found,
        places={name: _places(rows, node_label(project, name)) for name in BY_NAME},
        elsewhere={each.service: each.name for each in data},
        left={name: left_on(rows, project, name) for name in BY_NAME},
        moves=unfinished_moves(project, rows),
        silent=frozenset(each.name for each in data if not each.is_up),
    )


def _places(rows: Documents, key: str) -> tuple[Place, ...]:
    return places_of([row for row in rows if labels_of(row["Spec"]).get(key) == MAY_RUN])
