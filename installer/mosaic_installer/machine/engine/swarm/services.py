"""`Containers` on a Swarm: the services of one installation, known by their labels.

Whether all is as it should be shows here; what changes something is in `upkeep.py`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.swarm.found import Found, is_in_none
from mosaic_installer.machine.engine.swarm.found_containers import found_containers
from mosaic_installer.machine.engine.swarm.permits import may_begin
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec, is_within

if TYPE_CHECKING:
    from mosaic_installer.machine.engine.swarm.far import FarData
    from mosaic_installer.machine.engine.swarm.upkeep import Upkeep


class LocalSwarm:
    """The services of `stack` on the Swarm that this machine's engine manages."""

    def __init__(
        self,
        stack: Stack,
        files: Files,
        vault: Vault,
        tell: Callable[[str], None],
        look: Look | None = None,
    ) -> None:
        self._stack = stack
        self._files = files
        self._vault = vault
        self._tell = tell
        self._found = Found(stack)
        self._look = look

    @property
    def _far(self) -> "FarData":
        from mosaic_installer.machine.engine.swarm.far import FarData

        return FarData(self._stack, self._found, self._tell)

    @property
    def _upkeep(self) -> "Upkeep":
        # What changes something is not imported by a run that only looks.
        from mosaic_installer.machine.engine.swarm.upkeep import Upkeep

        return Upkeep(
            self._stack,
            self._found,
            self._tell,
            self._definition,
            partial(may_begin, self._stack, self._found, self._files),
        )

    def _definition(self) -> Definition:
        return Definition(self._stack, self._files, self._vault)

    def seen(self) -> Found:
        """Return what there is at one moment, for one question; changes ask `_found`."""
        return Found(self._stack, self._look or Look())

    def found(self) -> tuple[FoundContainer, ...]:
        return found_containers(self.seen())

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        seen = self.seen()
        return (
            self.are_as_written(fingerprints, seen)
            and all(seen.is_in_place(name) for name in fingerprints)
            and not any(move.service in fingerprints for move in seen.unfinished_moves())
        )

    def are_as_written(self, fingerprints: Mapping[str, str], seen: Found) -> bool:
        """Return whether the Swarm had these services as our file says, whatever they did."""
        if not seen.services().keys() >= fingerprints.keys():
            return False
        return all(is_within(wanted, found) for wanted, found in self._specs(fingerprints, seen))

    def differences(self, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
        # Only doctor asks, once something is otherwise.
        from mosaic_installer.machine.engine.swarm.differences import differences

        specs = self._specs(fingerprints, self.seen())
        return tuple(each for wanted, found in specs for each in differences(wanted, found))

    def _specs(self, fingerprints: Mapping[str, str], seen: Found) -> Iterator[tuple[Spec, Spec]]:
        """Yield what each service that is there is to be, and what it is."""
        definition, services = self._definition(), seen.services()
        there = {name: fingerprints[name] for name in fingerprints if name in services}
        ids = seen.identifiers(definition, there)
        for name, fingerprint in there.items():
            wanted = definition.spec(name, fingerprint, ids, is_permitted=False)
            yield wanted, services[name]["Spec"]

    def up(self, fingerprints: Mapping[str, str]) -> None:
        self._upkeep.up(fingerprints)

    def wait(self, services: Sequence[str], deadline: float) -> None:
        self._upkeep.wait(services, deadline)

    def stop(self, *services: str) -> None:
        self._upkeep.stop(*services)

    def discard(self, *services: str) -> None:
        self._upkeep.discard(*services)

    def remove(self, *, with_volumes: bool) -> None:
        self._upkeep.remove(with_volumes=with_volumes)

    def is_there(self) -> bool:
        found = self._found
        return not is_in_none() and bool(
            found.services()
            or found.jobs()
            or found.network()
            or found.contents()
            or found.is_ending()
            or (self._far.is_marked_otherwise() and not found.is_copy())
        )

    def volumes(self) -> tuple[str, ...]:
        return tuple(sorted({*self._found.volumes(), *(each.volume for each in self._far.found())}))

    def is_here(self, service: str) -> bool:
        return not self._far.has(service)

    def run(
        self, service: str, command: Sequence[str], *, stdin: str = "", alone: Sequence[str] = ()
    ) -> str:
        if self._far.has(service):
            return self._far.run(service, command, stdin, alone)
        from mosaic_installer.machine.engine.swarm.program import run_in_task

        return run_in_task(self._stack, service, command, stdin)

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        from mosaic_installer.machine.engine.swarm.logs import last_lines_of

        return last_lines_of(self._found, service, count)
