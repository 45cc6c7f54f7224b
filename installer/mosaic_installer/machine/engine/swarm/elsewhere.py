"""Data on other nodes of a Swarm: labels of nodes say whose, and only the nodes can touch it."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from mosaic_installer.core.cluster.forgetting import how_to_forget
from mosaic_installer.core.containers.labels import PROJECT, SERVICE
from mosaic_installer.core.containers.moved import FROM, move_label
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.swarm import node_label
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.tasks import ran_last_on

NOWHERE: Mapping[str, str] = MappingProxyType({})


@frozen
class Elsewhere:
    """A volume of a service on another node, by that node's identifier and its name."""

    service: str
    volume: str
    node: str
    name: str
    is_up: bool
    label: str
    """The node's label that says so."""
    is_old: bool = False
    """Whether it is left of a move, or a copy that no service has begun with."""


def data_elsewhere(project: str, reader: Reader | None = None) -> tuple[Elsewhere, ...]:
    """Return the volumes that services of an installation use on other nodes.

    None where this engine manages no Swarm, or cannot say: a manager without most of the others
    knows nothing.
    """
    return tuple(each for each in volumes_elsewhere(project, reader) if not each.is_old)


def volumes_elsewhere(project: str, reader: Reader | None = None) -> tuple[Elsewhere, ...]:
    """Return the same, and what moves have left there."""
    asked = reader or Reader()
    try:
        swarm = asked.info().get("Swarm") or {}
        if not swarm.get("ControlAvailable"):
            return ()
        this, last = str(swarm.get("NodeID", "")), _last_nodes(asked, project)
        return tuple(elsewhere_in(asked.nodes(), project, this, last))
    except EngineError:
        return ()


def _last_nodes(asked: Reader, project: str) -> dict[str, str]:
    """Return the node that each service of an installation ran on last, by its name."""
    marks = {str(row["ID"]): labels_of(row["Spec"]) for row in asked.services(PROJECT)}
    tasks: dict[str, list[Document]] = {}
    for task in asked.tasks():
        found = marks.get(str(task["ServiceID"]), {})
        if found.get(PROJECT) == project and SERVICE in found:
            tasks.setdefault(str(found[SERVICE]), []).append(task)
    return {name: ran_last_on(rows) for name, rows in tasks.items()}


def elsewhere_in(
    rows: Documents, project: str, this: str, last: Mapping[str, str] = NOWHERE
) -> Iterator[Elsewhere]:
    """Yield the same of the nodes that a Swarm has; `this` is the one that we are on.

    Where a service has lost the label of its node, that is the one that it ran on `last`.
    """
    for service in SERVICES:
        place, move = node_label(project, service.name), move_label(project, service.name)
        is_placed = any(place in labels_of(row["Spec"]) for row in rows)
        is_moved = any(move in labels_of(row["Spec"]) for row in rows)
        forgotten = "" if is_placed or is_moved else last.get(service.name, "")
        for row in rows:
            marks = labels_of(row["Spec"])
            # In the midst of a move, a service may run nowhere.
            is_moving = marks.get(move) == FROM and not is_placed
            is_used = place in marks or is_moving or row["ID"] == forgotten
            if service.volume and row["ID"] != this and (is_used or move in marks):
                yield Elsewhere(
                    service=service.name,
                    volume=f"{project}_{service.name}",
                    node=str(row["ID"]),
                    name=str(row["Description"]["Hostname"]),
                    is_up=row["Status"]["State"] == "ready",
                    label=move if move in marks and place not in marks else place,
                    is_old=not is_used,
                )


def refuse_lost_nodes(volumes: Sequence[Elsewhere]) -> None:
    """Raise `InstallerError` where data is on a node that nothing can be done on now."""
    for each in volumes:
        if not each.is_up:
            raise InstallerError(
                f"{each.name}, which has the data of {each.service}, is down",
                f"start it, then run this again; if it is gone for good, "
                f"{how_to_forget(each.name)} forgets it, and its data with it",
                identifier="node-unreachable",
            )
