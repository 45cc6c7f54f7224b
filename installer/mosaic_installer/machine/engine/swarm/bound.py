"""What a node may run, and what of installations runs on no other node."""

from collections.abc import Iterable

from mosaic_installer.core.containers.moved import FROM, move_label
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.swarm import MAY_RUN, node_label
from mosaic_installer.core.frozen import frozen
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Documents

BOUND, MOVING = node_label("", "")[:-1], move_label("", "")[:-1]


@frozen
class Bound:
    """A service that can run on one node only."""

    project: str
    service: str

    @property
    def has_data(self) -> bool:
        """Whether its data is on that node, too."""
        return self.service not in BY_NAME or bool(BY_NAME[self.service].volume)


def bound_to(row: Document, rows: Documents) -> tuple[Bound, ...]:
    """Return what of any installation can run on this node alone, by the labels of each.

    A node that is down or drained takes nothing over.
    """
    others = [other for other in rows if other["ID"] != row["ID"] and is_usable(other)]
    elsewhere = {key for other in others for key in _marks_of(other)}
    marks = _marks_of(row) - elsewhere
    # In the midst of a move, its data is there, and it runs nowhere.
    moving = {key: mark for key, mark in labels_of(row["Spec"]).items() if key.startswith(MOVING)}
    marks |= {key for key in moving if moving[key] == FROM}
    return _named(marks)


def old_data_on(row: Document) -> tuple[Bound, ...]:
    """Return the services of which moves have left old data, or a copy, on a node."""
    marks = labels_of(row["Spec"])
    return _named({key for key in marks if key.startswith(MOVING) and marks[key] != FROM})


def _named(keys: Iterable[str]) -> tuple[Bound, ...]:
    parts = [key.split(".", 3)[-1].rpartition(".") for key in keys]
    return tuple(Bound(project=project, service=service) for project, _, service in sorted(parts))


def _marks_of(row: Document) -> set[str]:
    marks = labels_of(row["Spec"])
    return {key for key in marks if key.startswith(BOUND) and marks[key] == MAY_RUN}


def is_usable(row: Document) -> bool:
    """Return whether tasks are given to a node now."""
    return bool(row["Status"]["State"] == "ready" and row["Spec"]["Availability"] == "active")


def usable_nodes(rows: Documents) -> tuple[str, ...]:
    """Return the identifiers of the nodes that tasks are given to now."""
    return tuple(str(row["ID"]) for row in rows if is_usable(row))
