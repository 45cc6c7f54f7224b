"""Move a service with its data to another node, so that no moment may lose any of it.

Labels of nodes say how far it is, each changed at once, and every step may be done again:

    the source       the target
    yes                           it runs there
    yes              to           it is stopped, and its volume is copied
    from             to           the copy is whole; it may run nowhere
    from             yes          it begins on the target; from here there is only forward
    left             yes          it is well there, and the old data is out of the way

Until the last line, the source is only ever read.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.containers.moved import FROM, LEFT, TO, move_label
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import MAY_RUN, node_label
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Documents, Reader
from mosaic_installer.machine.engine.swarm.carrying import HAS_DATA, HAS_MOVED, Carrier, Place
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.ending import wait_until_ended
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.specs import Definition
from mosaic_installer.machine.engine.swarm.waiting import Waiting

START = 180.0
"""Seconds that a service gets to become healthy on its new node."""


@frozen
class Way:
    """Where a service is, and where a move of it stands, by the labels of nodes."""

    at: tuple[Place, ...]
    """The nodes that it may run on."""
    to: tuple[Place, ...]
    source: tuple[Place, ...]
    """What it is on its way from."""
    left: tuple[Place, ...]
    """Nodes with old data."""

    @property
    def is_unfinished(self) -> bool:
        return bool(self.to or self.source)


def way_of(rows: Documents, project: str, service: str) -> Way:
    """Return how far a move of a service is."""

    def having(key: str, value: str) -> tuple[Place, ...]:
        return tuple(
            Place(node=str(row["ID"]), name=str(row["Description"]["Hostname"]))
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


def unfinished_moves(project: str, rows: Documents) -> tuple[str, ...]:
    """Return the services whose move was cut off, and can go on: their old node answers."""
    up = {row["ID"] for row in rows if row["Status"]["State"] == "ready"}
    ways = {name: way_of(rows, project, name) for name in BY_NAME if BY_NAME[name].volume}
    return tuple(
        name
        for name, way in ways.items()
        if way.to or any(place.node in up for place in way.source)
    )


class Moves:
    """Moves of the services of `stack`; `tell` hears what is done."""

    def __init__(
        self,
        stack: Stack,
        found: Found,
        tell: Callable[[str], None],
        definition: Callable[[], Definition],
    ) -> None:
        self._stack = stack
        self._found = found
        self._tell = tell
        self._definition = definition

    def way(self, service: str) -> Way:
        """Return how far a move of a service is."""
        return way_of(Reader().nodes(), self._stack.project, service)

    def unfinished(self) -> tuple[str, ...]:
        """Return the services whose move was cut off."""
        return unfinished_moves(self._stack.project, Reader().nodes())

    def settle(self) -> None:
        """End what a killed move left: back where the target has not begun, else forward."""
        for service in self.unfinished():
            with opened_engine() as client:
                changes = Changes(client, self._stack, self._found)
                if self.way(service).at and self.way(service).source:
                    self._finish(changes, service)
                else:
                    self._go_back(changes, service)

    def check(self, service: str, target: Place) -> Place:
        """Return where a service is; raises `InstallerError` where it cannot go to the target."""
        way = self.way(service)
        if len(way.at) != 1:
            raise EngineError(
                f"{service} has no node with its data",
                f"`mosaic cluster place {service} NODE` chooses one",
                identifier="data-in-place",
            )
        with opened_engine() as client:
            carrier = self._carrier(Changes(client, self._stack, self._found), service)
            self._tell(f"looking at {way.at[0].name} and {target.name}")
            here, seen = carrier.look(way.at[0]), carrier.look(target)
        if here != HAS_DATA:
            raise EngineError(
                f"the volume of {service} on {way.at[0].name} has no data to take along",
                "put a backup back into it first",
                identifier="data-in-place",
            )
        if seen:
            what = "old data" if seen == HAS_MOVED else "other data"
            command = removal_of(self._volume(service))
            raise InstallerError(
                f"{target.name} has {what} in the volume of {service}, which is not overwritten",
                f"if nobody needs it, remove it on {target.name}: {command}",
                identifier="data-in-place",
            )
        return way.at[0]

    def carry(self, service: str, source: Place, target: Place) -> Mapping[str, Any]:
        """Move it; return how many `files` and `bytes` its data has.

        Where it fails before the target has begun, the service runs at the source again.
        """
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            changes.relabel(target.node, added={self._key(service): TO})
            try:
                copied = self._copy(changes, service, source, target)
            except InstallerError as error:
                self._go_back(changes, service)
                raise EngineError(
                    f"{service} was not moved, and runs on {source.name} as before: "
                    f"{error.message}",
                    error.hint,
                ) from None
            except BaseException:
                with suppress(InstallerError):
                    self._go_back(changes, service)
                raise
            self._switch(changes, service, source, target)
            self._finish(changes, service)
            return copied

    def _copy(
        self, changes: Changes, service: str, source: Place, target: Place
    ) -> Mapping[str, Any]:
        self._tell(f"stopping {service}")
        changes.scale(service, 0)
        wait_until_ended(self._found, (service,))
        words = f"copying the data of {service} from {source.name} to {target.name}"
        self._tell(words)
        carrier = self._carrier(changes, service)
        return carrier.copy(source, target, lambda said: self._tell(f"{words}: {said}"))

    def _switch(self, changes: Changes, service: str, source: Place, target: Place) -> None:
        place, move = node_label(self._stack.project, service), self._key(service)
        changes.relabel(source.node, added={move: FROM}, dropped={place})
        changes.relabel(target.node, added={place: MAY_RUN}, dropped={move})

    def _go_back(self, changes: Changes, service: str) -> None:
        way, place, move = (
            self.way(service),
            node_label(self._stack.project, service),
            self._key(service),
        )
        self._tell(f"{service} stays where it is")
        changes.remove_jobs()
        for source in way.source:
            changes.relabel(source.node, added={place: MAY_RUN}, dropped={move})
        for target in way.to:
            changes.relabel(target.node, added={move: LEFT})  # a part of the copy may be there
        self._start(changes, service)

    def _finish(self, changes: Changes, service: str) -> None:
        """Let it begin on its new node; once it is well there, put the old data out of the way."""
        way, move = self.way(service), self._key(service)
        changes.remove_jobs()
        carrier = self._carrier(changes, service)
        carrier.begin(way.at[0])
        self._tell(f"starting {service} on {way.at[0].name}")
        if not self._start(changes, service):
            return
        Waiting(self._found, self._tell).wait((service,), START)
        for source in way.source:
            carrier.retire(source, f"{way.at[0].name}, at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
            changes.relabel(source.node, added={move: LEFT})

    def _start(self, changes: Changes, service: str) -> bool:
        """Return whether it starts: one that somebody removed is made by the installation."""
        is_there = service in self._found.services()
        if is_there:
            changes.scale(service, 1)
        return is_there

    def _carrier(self, changes: Changes, service: str) -> Carrier:
        gateway = self._found.services().get(GATEWAY)
        spec = gateway["Spec"] if gateway else self._definition().bare(GATEWAY, Reader().image)
        mount = {
            "Type": "volume",
            "Source": self._volume(service),
            "VolumeOptions": {"Labels": {**self._stack.labels, SERVICE: service}},
        }
        return Carrier(changes, spec, mount, self._found.network())

    def _key(self, service: str) -> str:
        return move_label(self._stack.project, service)

    def _volume(self, service: str) -> str:
        return f"{self._stack.project}_{service}"


def removal_of(volume: str) -> str:
    """Return the command that removes a volume on its node, and containers that have ended."""
    containers = f"docker ps --all --quiet --filter volume={volume}"
    return f"`{containers} | xargs --no-run-if-empty docker rm; docker volume rm {volume}`"
