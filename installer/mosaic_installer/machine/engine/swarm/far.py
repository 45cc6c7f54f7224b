"""What is done with services whose data is on other nodes: all of it through jobs there."""

from collections.abc import Callable, Sequence

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.beside import run_beside
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.elsewhere import (
    Elsewhere,
    refuse_lost_nodes,
    volumes_elsewhere,
)
from mosaic_installer.machine.engine.swarm.emptying import empty_volume
from mosaic_installer.machine.engine.swarm.ending import wait_until_ended
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec
from mosaic_installer.machine.engine.swarm.tasks import replicas_of
from mosaic_installer.machine.engine.swarm.waiting import Waiting

START = 180.0
"""Seconds that a server gets to start again."""


class FarData:
    """The volumes that `stack` has on other nodes; `tell` hears what is done with them."""

    def __init__(self, stack: Stack, found: Found, tell: Callable[[str], None]) -> None:
        self._stack = stack
        self._found = found
        self._tell = tell

    def found(self) -> tuple[Elsewhere, ...]:
        """Return the volumes, unless they are those of an original."""
        found = volumes_elsewhere(self._stack.project)
        return () if found and self._found.is_copy() else found

    def has(self, service: str) -> bool:
        """Return whether the data of a service is on another node."""
        return any(each.service == service and not each.is_old for each in self.found())

    def is_marked_otherwise(self) -> bool:
        """Return whether nodes have labels of ours besides those that say where such data is."""
        far = {each.service for each in self.found() if not each.is_old}
        return any(self._found.places(name) for name in self._stack.services if name not in far)

    def empty(self, definition: Callable[[], Definition]) -> None:
        """Remove what is in the volumes; their services end. Raises `InstallerError`.

        Where neither a service nor our file says any more what image its node has, it is passed
        over: whoever uninstalls is told the command that removes it.
        """
        volumes = self.found()
        refuse_lost_nodes(volumes)
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            for each in volumes:
                self._tell(f"removing the data of {each.service} on {each.name}")
                there = self._found.services().get(each.service)
                self._stop(changes, each.service, there)
                spec = there["Spec"] if there else _known(each.service, definition)
                if spec is not None:
                    empty_volume(changes, each, spec)

    def run(
        self, service: str, command: Sequence[str], stdin: str = "", alone: Sequence[str] = ()
    ) -> str:
        """Return what a program printed beside a service, or with its data while it is stopped."""
        there = self._service(service)
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            if not alone:
                return run_beside(changes, there["Spec"], command, stdin, changes_data=False)
            self._stop(changes, service, there)
            try:
                said = run_beside(changes, there["Spec"], alone, stdin, changes_data=True)
            finally:
                changes.scale(service, replicas_of(there))
        Waiting(self._found, self._tell).wait((service,), START)
        return said

    def _service(self, name: str) -> Document:
        there = self._found.services().get(name)
        if there is None:
            raise EngineError(f"there is no service {name}", "`mosaic install` starts it")
        return there

    def _stop(self, changes: Changes, service: str, there: Document | None) -> None:
        if there is not None:
            changes.scale(service, 0)
            wait_until_ended(self._found, (service,))


def _known(service: str, definition: Callable[[], Definition]) -> Spec | None:
    try:
        return definition().bare(service, Reader().image)
    except EngineError as error:
        if error.identifier == "file-missing":
            return None
        raise
