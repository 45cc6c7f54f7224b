"""End a move that was begun, one way or the other: the labels of nodes say which (`moving.py`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.containers.moved import LEFT, move_label
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import MAY_RUN, node_label
from mosaic_installer.errors import InstallerError, ServerUnhealthy
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.carrying import HAS_DATA, Carrier
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.ending import wait_until_ended
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.specs import Definition
from mosaic_installer.machine.engine.swarm.waiting import Waiting
from mosaic_installer.machine.engine.swarm.way import NodeRef, Way, way_of

START = 180.0
"""Seconds that a service gets to become healthy on another node."""


class Settling:
    """The ends of moves of the services of `stack`; `tell` hears what is done."""

    def __init__(
        self,
        stack: Stack,
        found: Found,
        tell: Callable[[str], None],
        definition: Callable[[], Definition],
    ) -> None:
        self.stack = stack
        self.found = found
        self.tell = tell
        self._definition = definition

    @contextmanager
    def opened(self) -> Iterator[Changes]:
        """Changes through an engine that is opened meanwhile."""
        with opened_engine() as client:
            yield Changes(client, self.stack, self.found)

    def way(self, service: str) -> Way:
        """Return how far a move of a service is."""
        return way_of(Reader().nodes(), self.stack.project, service)

    def settle(self) -> None:
        """End what a killed move left: back where the target has not begun, else forward."""
        for move in self.found.unfinished_moves():
            service = move.service
            with self.opened() as changes:
                way = self.way(service)
                if way.at and way.source:
                    self.finish(changes, service)
                else:
                    self.go_back(changes, service)

    def finish(self, changes: Changes, service: str) -> None:
        """Let it begin on its new node; once it is well there, put the old data out of the way."""
        way, move = self.way(service), move_label(self.stack.project, service)
        changes.remove_jobs()
        carrier = self.carrier(changes, service)
        carrier.begin(way.at[0])
        self.tell(f"starting {service} on {way.at[0].name}")
        if not self.start(changes, service):
            return
        try:
            Waiting(self.found, self.tell).wait((service,), START)
        except ServerUnhealthy as error:
            raise _with_way_back(error, service, way.source) from None
        for source in way.source:
            carrier.retire(source, _since(way.at[0]))
            changes.relabel(source.node, added={move: LEFT})

    def go_back(self, changes: Changes, service: str) -> None:
        """Let it start where it was, with the data that is there."""
        way, project = self.way(service), self.stack.project
        place, move = node_label(project, service), move_label(project, service)
        where = " and ".join(each.name for each in (*way.source, *way.at))
        self.tell(f"starting {service} on {where}, with the data there")
        changes.remove_jobs()
        for source in way.source:
            carrier = self.carrier(changes, service)
            carrier.restore(source)
            for target in way.to:
                self._put_away(carrier, target, source)
            changes.relabel(source.node, added={place: MAY_RUN}, dropped={move})
        for target in way.to:
            changes.relabel(target.node, added={move: LEFT})  # a part of the copy may be there
        self.start(changes, service)

    def _put_away(self, carrier: Carrier, target: NodeRef, source: NodeRef) -> None:
        """Put away what a server has begun with; a disk that fails must not keep it from the rest.

        It is never overwritten, put away or not.
        """
        try:
            if carrier.look(target) == HAS_DATA:
                carrier.retire(target, _since(source))
        except InstallerError as error:
            self.tell(f"the data on {target.name} stays as it is: {error.message}")

    def stop(self, changes: Changes, service: str) -> None:
        """Stop it, and wait until it has ended."""
        self.tell(f"stopping {service}")
        if service in self.found.services():
            changes.scale(service, 0)
        wait_until_ended(self.found, (service,))

    def start(self, changes: Changes, service: str) -> bool:
        """Return whether it starts: one that somebody removed is made by the installation."""
        is_there = service in self.found.services()
        if is_there:
            changes.scale(service, 1)
        return is_there

    def carrier(self, changes: Changes, service: str) -> Carrier:
        """Return what reaches the volumes that a service has on nodes."""
        gateway = self.found.services().get(GATEWAY)
        spec: Any = gateway["Spec"] if gateway else self._definition().bare(GATEWAY, Reader().image)
        mount = {
            "Type": "volume",
            "Source": self.volume(service),
            "VolumeOptions": {"Labels": {**self.stack.labels, SERVICE: service}},
        }
        return Carrier(changes, spec, mount, self.found.network())

    def volume(self, service: str) -> str:
        return f"{self.stack.project}_{service}"


def _since(place: NodeRef) -> str:
    """Return where data went, as its old place is to say."""
    return f"{place.name}, at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def _with_way_back(
    error: ServerUnhealthy, service: str, sources: tuple[NodeRef, ...]
) -> ServerUnhealthy:
    ways = "".join(
        f"; or go back to its data on {source.name}, as it was before the move: "
        f"`mosaic cluster move {service} {source.name} --old-data`"
        for source in sources
    )
    return ServerUnhealthy(error.message, f"{error.hint}{ways}", last_lines=error.last_lines)
