"""Move a service with its data to another node, so that no moment may lose any of it.

Labels of nodes say how far it is, each changed at once, and every step may be done again:

    the source       the target
    yes                           it runs there
    yes              to           it is stopped; its volume is copied, and the copy is tried
    from             to           the copy is good; it may run nowhere
    from             yes          it begins on the target; by itself it goes only forward from here
    left             yes          it is well there, and the old data is out of the way

Until the last line, the source is only ever read. Whoever wants its data back from one of the last
two lines gets it (`return_to`) through the third, which a run that finds it takes back. What the
target has by then is put out of the way there.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mosaic_installer.core.containers.moved import FROM, TO, move_label
from mosaic_installer.core.containers.swarm import MAY_RUN, node_label
from mosaic_installer.errors import EngineError, InstallerError, ServerUnhealthy
from mosaic_installer.machine.engine.swarm.carrying import HAS_DATA, HAS_MOVED, refuse_lost
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.settling import START, Settling
from mosaic_installer.machine.engine.swarm.trying import try_copy
from mosaic_installer.machine.engine.swarm.waiting import Waiting
from mosaic_installer.machine.engine.swarm.way import NodeRef


class Moves:
    """Moves of services, with what ends them."""

    def __init__(self, settling: Settling) -> None:
        self._settling = settling

    def check(self, service: str, target: NodeRef) -> NodeRef:
        """Return where a service is; raises `InstallerError` where it cannot go to the target."""
        way = self._settling.way(service)
        if len(way.at) != 1:
            raise EngineError(
                f"{service} has no node with its data",
                f"`mosaic cluster place {service} NODE` chooses one",
                identifier="data-in-place",
            )
        with self._settling.opened() as changes:
            carrier = self._settling.carrier(changes, service)
            self._settling.tell(f"looking at {way.at[0].name} and {target.name}")
            here, seen = carrier.look(way.at[0]), carrier.look(target)
        if here != HAS_DATA:
            raise EngineError(
                f"the volume of {service} on {way.at[0].name} has no data to take along",
                "put a backup back into it first",
                identifier="data-in-place",
            )
        if seen:
            raise self._refusal(service, target, is_old=seen == HAS_MOVED)
        return way.at[0]

    def carry(self, service: str, source: NodeRef, target: NodeRef) -> Mapping[str, Any]:
        """Move it; return how many `files` and `bytes` its data has.

        Where it fails before the target has begun, the service starts at the source again.
        """
        settling, move = self._settling, move_label(self._settling.stack.project, service)
        with settling.opened() as changes:
            changes.relabel(target.node, added={move: TO})
            try:
                copied = self._copy(changes, service, source, target)
            except InstallerError as error:
                settling.go_back(changes, service)
                with suppress(InstallerError):  # what kept it from moving is what is told
                    refuse_lost((source,))
                    Waiting(settling.found, settling.tell).wait((service,), START)
                raise _not_moved(service, source, error) from None
            except BaseException:
                with suppress(InstallerError):
                    settling.go_back(changes, service)
                raise
            place = node_label(settling.stack.project, service)
            changes.relabel(source.node, added={move: FROM}, dropped={place})
            changes.relabel(target.node, added={place: MAY_RUN}, dropped={move})
            settling.finish(changes, service)
            return copied

    def _copy(
        self, changes: Changes, service: str, source: NodeRef, target: NodeRef
    ) -> Mapping[str, Any]:
        """Copy it, and have its server prove that it can use the copy."""
        settling = self._settling
        settling.stop(changes, service)
        words = f"copying the data of {service} from {source.name} to {target.name}"
        settling.tell(words)
        carrier = settling.carrier(changes, service)
        copied = carrier.copy(source, target, lambda said: settling.tell(f"{words}: {said}"))
        settling.tell(f"trying {service} with the copy on {target.name}")
        spec = settling.found.services()[service]["Spec"]
        try_copy(changes, spec, target, START)
        return copied

    def _refusal(self, service: str, target: NodeRef, *, is_old: bool) -> InstallerError:
        what = "old data" if is_old else "other data"
        command = removal_of(self._settling.volume(service))
        hint = f"if nobody needs it, remove it on {target.name}: {command}"
        if is_old:
            hint += (
                f"; or go back to it, without what was written since: `mosaic cluster move "
                f"{service} {target.name} --old-data`"
            )
        return InstallerError(
            f"{target.name} has {what} in the volume of {service}, which is not overwritten",
            hint,
            identifier="data-in-place",
        )


def _not_moved(service: str, source: NodeRef, error: InstallerError) -> InstallerError:
    message = f"{service} was not moved, and stays on {source.name}: {error.message}"
    if isinstance(error, ServerUnhealthy):
        return ServerUnhealthy(message, error.hint, last_lines=error.last_lines)
    return EngineError(message, error.hint)


def removal_of(volume: str) -> str:
    """Return the command that removes a volume on its node, and containers that have ended."""
    containers = f"docker ps --all --quiet --filter volume={volume}"
    return f"`{containers} | xargs --no-run-if-empty docker rm; docker volume rm {volume}`"
