"""Data on other nodes of a Swarm: labels of nodes say whose, and only the nodes can touch it."""

from collections.abc import Iterator, Sequence

from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.swarm import node_label
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Documents, Reader


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


def data_elsewhere(project: str, reader: Reader | None = None) -> tuple[Elsewhere, ...]:
    """Return the volumes that an installation has on other nodes.

    None where this engine manages no Swarm, or cannot say: a manager without most of the others
    knows nothing.
    """
    asked = reader or Reader()
    try:
        swarm = asked.info().get("Swarm") or {}
        if not swarm.get("ControlAvailable"):
            return ()
        return tuple(elsewhere_in(asked.nodes(), project, str(swarm.get("NodeID", ""))))
    except EngineError:
        return ()


def elsewhere_in(rows: Documents, project: str, this: str) -> Iterator[Elsewhere]:
    """Yield the same of the nodes that a Swarm has; `this` is the one that we are on."""
    for service in SERVICES:
        key = node_label(project, service.name)
        for row in rows:
            if service.volume and row["ID"] != this and key in labels_of(row["Spec"]):
                yield Elsewhere(
                    service=service.name,
                    volume=f"{project}_{service.name}",
                    node=str(row["ID"]),
                    name=str(row["Description"]["Hostname"]),
                    is_up=row["Status"]["State"] == "ready",
                    label=key,
                )


def refuse_lost_nodes(volumes: Sequence[Elsewhere]) -> None:
    """Raise `InstallerError` where data is on a node that nothing can be done on now."""
    for each in volumes:
        if not each.is_up:
            raise InstallerError(
                f"{each.name}, which has the data of {each.service}, is down",
                f"start it, then run this again; if it is gone for good, `docker node rm --force "
                f"{each.name}` forgets it, and its data with it",
                identifier="node-unreachable",
            )
