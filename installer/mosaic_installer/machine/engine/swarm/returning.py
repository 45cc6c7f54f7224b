"""Take a service back to the data that a move of it has left on a node."""

from collections.abc import Sequence

from mosaic_installer.core.containers.moved import FROM, TO, move_label
from mosaic_installer.core.containers.swarm import node_label
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.swarm.carrying import HAS_MOVED, refuse_lost
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.settling import START, Settling
from mosaic_installer.machine.engine.swarm.waiting import Waiting
from mosaic_installer.machine.engine.swarm.way import NodeRef

LOST = (
    "start it: until then, nobody knows whether the service still runs there; if it is gone for "
    "good, {forget} forgets it, and its data with it"
)


class Returning:
    """A way back for whoever would rather have the old data of a service than the present."""

    def __init__(self, settling: Settling) -> None:
        self._settling = settling

    def check(self, service: str, old: NodeRef) -> tuple[NodeRef, ...]:
        """Return the other nodes that it may run on, whose data it would leave.

        Raises `InstallerError` where that node has no old data, or another one does not answer: a
        server that nobody sees may still write there.
        """
        settling = self._settling
        way = settling.way(service)
        if old not in way.source and not (old in way.left and self._is_kept(service, old)):
            raise InstallerError(
                f"{old.name} has no old data of {service}",
                f"`mosaic cluster move {service} {old.name}` takes the present data there",
                identifier="data-in-place",
            )
        others = tuple(place for place in (*way.at, *way.to) if place != old)
        refuse_lost(others, LOST)
        return others

    def _is_kept(self, service: str, old: NodeRef) -> bool:
        settling = self._settling
        with settling.opened() as changes:
            return settling.carrier(changes, service).look(old) == HAS_MOVED

    def return_to(self, service: str, old: NodeRef) -> None:
        """Let it run there with the old data; what it had is put away where that is.

        Each label that is changed leaves a move that was cut off, which any run ends: forward
        after the first, back after the second.
        """
        settling = self._settling
        project = settling.stack.project
        place, move = node_label(project, service), move_label(project, service)
        with settling.opened() as changes:
            settling.stop(changes, service)
            changes.remove_jobs()
            others = [each for each in settling.way(service).at if each != old]
            self._refuse_lost(changes, service, others)
            changes.relabel(old.node, added={move: FROM}, dropped={place})
            for each in others:
                changes.relabel(each.node, added={move: TO}, dropped={place})
            settling.go_back(changes, service)
        Waiting(settling.found, settling.tell).wait((service,), START)

    def _refuse_lost(self, changes: Changes, service: str, others: Sequence[NodeRef]) -> None:
        """Refuse what was lost only now: there, the server may not have ended."""
        try:
            refuse_lost(others, LOST)
        except InstallerError:
            self._settling.start(changes, service)
            raise
