"""`Containers` on a Swarm: the services of one installation, known by their labels.

The docker SDK's low-level calls with plain specs: never `docker stack deploy`, which prunes before
it deploys, has no order, and drops what it does not know without a word.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.core.machine.files import Files
from mosaic_installer.core.machine.vault import Vault
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.changes import Changes, has_permit, here
from mosaic_installer.machine.engine.swarm.ending import wait_until_ended, wait_until_gone
from mosaic_installer.machine.engine.swarm.far import FarData
from mosaic_installer.machine.engine.swarm.found import Found, is_in_none
from mosaic_installer.machine.engine.swarm.mesh import bring_here, is_published_anew
from mosaic_installer.machine.engine.swarm.migration import migrate
from mosaic_installer.machine.engine.swarm.moving import Moves, unfinished_moves
from mosaic_installer.machine.engine.swarm.pinned import pinned
from mosaic_installer.machine.engine.swarm.placing import prove_elsewhere
from mosaic_installer.machine.engine.swarm.program import run_in_task
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec, is_within
from mosaic_installer.machine.engine.swarm.spread import is_settled, spread
from mosaic_installer.machine.engine.swarm.tasks import container_of, replicas_of, wanted_tasks
from mosaic_installer.machine.engine.swarm.waiting import Waiting, last_lines_of
from mosaic_installer.machine.engine.swarm.written import is_as_written


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
        self._far = FarData(stack, self._found, tell)
        self._look = look
        self._moves = Moves(stack, self._found, tell, self._definition)

    def _definition(self) -> Definition:
        return Definition(self._stack, self._files, self._vault)

    def seen(self) -> Found:
        """Return what there is at one moment, for one question; changes ask `_found`."""
        return Found(self._stack, self._look or Look())

    def found(self) -> tuple[FoundContainer, ...]:
        seen = self.seen()
        services, tasks = seen.services(), seen.tasks()
        return tuple(
            container_of(name, services[name], task)
            for name in sorted(services)
            for task in wanted_tasks(tasks.get(name, ()))
        )

    def are_current(self, fingerprints: Mapping[str, str]) -> bool:
        seen = self.seen()
        return (
            self.are_as_written(fingerprints, seen)
            and all(_is_in_place(seen, name) for name in fingerprints)
            and not unfinished_moves(self._stack.project, seen.node_rows())
        )

    def are_as_written(self, fingerprints: Mapping[str, str], seen: Found) -> bool:
        """Return whether the Swarm had these services as our file says, whatever they did."""
        services = seen.services()
        if not services.keys() >= fingerprints.keys():
            return False
        definition = self._definition()
        ids = seen.identifiers(definition, fingerprints)
        return all(
            is_within(
                definition.spec(name, fingerprints[name], ids, is_permitted=False),
                services[name]["Spec"],
            )
            for name in fingerprints
        )

    def up(self, fingerprints: Mapping[str, str]) -> None:
        self._found.refuse_as_copy()
        self._refuse_beside_compose()
        self._moves.settle()
        definition = self._definition()
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            changes.place(name for name in fingerprints if name != GATEWAY)
            changes.make_network(definition.network)
            changes.keep_contents(definition, fingerprints)
            ids = pinned(client, self._found.identifiers(definition, fingerprints), definition)
            for name in fingerprints:
                permitted = definition.is_guarded(name) and self._may_begin(name)
                spec = definition.spec(name, fingerprints[name], ids, is_permitted=permitted)
                self._set(changes, (name, spec, definition.image(name)))
            changes.forget_contents(self._found.used_contents())

    def wait(self, services: Sequence[str], deadline: float) -> None:
        # A rollout replaces one task after the other, and each has that time.
        deadline *= max(1, *map(self._replicas, services))
        until = time.monotonic() + deadline
        is_same = partial(is_as_written, self._definition(), self._found)
        waiting = Waiting(self._found, self._tell, is_same)
        waiting.wait(services, deadline)
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            changed = changes.take_permits(services)
            if GATEWAY in services:
                left = max(until - time.monotonic(), deadline / 2)
                bring_here(changes, self._found, here(), lambda: self._wait_for_more(left))
                changes.open_spares(GATEWAY)
        if changed:
            waiting.wait(changed, max(until - time.monotonic(), deadline / 2))

    def _wait_for_more(self, deadline: float) -> None:
        """Wait for gateways, of which there is one more for a while than our file says."""
        Waiting(self._found, self._tell).wait((GATEWAY,), deadline)

    def stop(self, *services: str) -> None:
        there = [name for name in services if name in self._found.services()]
        with opened_engine() as client:
            for name in there:
                Changes(client, self._stack, self._found).scale(name, 0)
        wait_until_gone(self._stack, there)
        wait_until_ended(self._found, there)

    def discard(self, *services: str) -> None:
        if is_in_none():
            return
        with opened_engine() as client:
            there = Changes(client, self._stack, self._found).remove(services)
        wait_until_gone(self._stack, there, leaves_nothing=True)

    def remove(self, *, with_volumes: bool) -> None:
        if with_volumes:
            self._far.empty(self._definition)
        if not is_in_none():
            self._remove_all(keeps_data=not with_volumes)
        with opened_engine() as client:
            for name in self._found.volumes() if with_volumes else ():
                client.api.remove_volume(name)

    def _remove_all(self, *, keeps_data: bool) -> None:
        # Labels alone say on which other node data is.
        kept = [(each.node, each.label) for each in self._far.found()] if keeps_data else ()
        self.discard(*self._found.services())
        if not self._found.is_copy():  # also of services that a run removed which was cut off
            wait_until_gone(self._stack, self._stack.services, leaves_nothing=True)
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            changes.remove_jobs()
            changes.remove_network()
            changes.forget_contents(())
            if not self._found.is_copy():
                changes.displace(self._stack.project, kept=kept)

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
        return run_in_task(self._stack, service, command, stdin)

    def last_lines(self, service: str, count: int) -> tuple[str, ...]:
        return last_lines_of(self._found, service, count)

    def _set(self, changes: Changes, service: tuple[str, Spec, str]) -> None:
        name, spec, _image = service
        there = self._found.services().get(name)
        same = there if there is not None and is_within(spec, there["Spec"]) else None
        if same is not None and _is_in_place(self._found, name):
            return
        if name == GATEWAY:
            spread(changes, self._found, service, self._tell)
            if same is not None and self._found.is_whole(name):
                return  # its tasks only had to move
        elif same is None:
            prove_elsewhere(changes, self._found, service, self._tell)
        if same is not None:
            changes.force(same)
            return
        if name == GATEWAY:
            self._tell("migrating the database")
            migrate(changes, self._found, spec)
        if there is not None and is_published_anew(there, spec):
            self.discard(name)
            there = None
        changes.set(there, spec)

    def _replicas(self, service: str) -> int:
        there = self._found.services().get(service)
        return 1 if there is None else replicas_of(there)

    def _may_begin(self, service: str) -> bool:
        """Return whether a service may begin with an empty volume: where it never had data, or
        where somebody agreed that what is lost is lost; before, a check refuses that."""
        there = self._found.services().get(service)
        if there is not None:
            return has_permit(there["Spec"])  # once it is taken out, it never comes back
        proof = self._stack.layout.config / BY_NAME[service].proof
        name = f"{self._stack.project}_{service}"
        is_here = any(row["Name"] == name for row in Reader().volumes())
        is_elsewhere = self._found.places(service) not in ((), (here(),))
        return self._files.kind(proof) == "absent" or not (is_here or is_elsewhere)

    def _refuse_beside_compose(self) -> None:
        if Reader().containers(self._found.label):
            raise InstallerError(
                f"{self._stack.project} still has containers beside the Swarm, on the same volumes",
                "run `mosaic install`, which removes them first and keeps the data",
            )


def _is_in_place(found: Found, service: str) -> bool:
    return found.is_whole(service) and (service != GATEWAY or is_settled(found, service))
