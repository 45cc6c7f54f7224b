"""On which machine of a Swarm an installation is kept: a label of its node says so.

Every manager sees the same services, and folders of the same path may be on each of them.
"""

from mosaic_installer.core.containers.swarm import keeper_label
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Documents, Reader


def other_keeper(project: str, rows: Documents, this: str) -> str:
    """Return the name of another node that has the installation, unless that is lost.

    Where that machine is gone, whoever manages the Swarm may go on with its services.
    """
    keepers = {row["ID"]: row for row in rows if is_keeper(project, row)}
    # When another manager takes the lead, all nodes are `unknown` for a moment.
    left = [row for row in keepers.values() if row["Status"]["State"] != "down"]
    return str(left[0]["Description"]["Hostname"]) if left and this not in keepers else ""


def keeper_seen_by(engine: Reader, project: str) -> str:
    """Return the same, as an engine knows it; only a manager knows anything of it."""
    swarm = engine.info().get("Swarm") or {}
    if not swarm.get("ControlAvailable"):
        return ""
    return other_keeper(project, engine.nodes(), str(swarm.get("NodeID", "")))


def is_keeper(project: str, row: Document) -> bool:
    """Return whether a node has the label."""
    return keeper_label(project) in labels_of(row["Spec"])
