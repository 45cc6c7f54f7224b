"""What changes the services of one installation on a Swarm: made, waited for, stopped, removed.

The docker SDK's low-level calls with plain specs: never `docker stack deploy`, which prunes before
it deploys, has no order, and drops what it does not know without a word.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.ending import wait_until_ended, wait_until_gone
from mosaic_installer.machine.engine.swarm.far import FarData
from mosaic_installer.machine.engine.swarm.found import Found, here, is_in_none
from mosaic_installer.machine.engine.swarm.mesh import bring_here, is_published_anew
from mosaic_installer.machine.engine.swarm.migration import migrate
from mosaic_installer.machine.engine.swarm.pinned import pinned
from mosaic_installer.machine.engine.swarm.placing import prove_elsewhere
from mosaic_installer.machine.engine.swarm.settling import Settling
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec, is_within
from mosaic_installer.machine.engine.swarm.spread import spread
from mosaic_installer.machine.engine.swarm.stranded import refuse_stranded
from mosaic_installer.machine.engine.swarm.tasks import replicas_of
from mosaic_installer.machine.engine.swarm.waiting import Waiting
from mosaic_installer.machine.engine.swarm.written import is_as_written


class Upkeep:
    """The changes to the services of `stack`, which is found as `found`; `tell` hears of them.

    What each does is said in `Containers` (core/machine/containers.py), whose methods they are.
    `definition` reads our file of them, `may_begin` says of a service whether it may begin with an
    empty volume.
    """

    def __init__(
        self,
        stack: Stack,
        found: Found,
        tell: Callable[[str], None],
        definition: Callable[[], Definition],
        may_begin: Callable[[str], bool],
    ) -> None:
        self._stack = stack
        self._found = found
        self._tell = tell
        self._definition = definition
        self._may_begin = may_begin
        self._far = FarData(stack, found, tell)

    def up(self, fingerprints: Mapping[str, str]) -> None:
        self._found.refuse_as_copy()
        self._refuse_beside_compose()
        Settling(self._stack, self._found, self._tell, self._definition).settle()
        refuse_stranded(self._found, fingerprints, self._tell)
        definition = self._definition()
        with opened_engine() as client:
            changes = Changes(client, self._stack, self._found)
            changes.keep_here()
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

    def _set(self, changes: Changes, service: tuple[str, Spec, str]) -> None:
        name, spec, _image = service
        there = self._found.services().get(name)
        same = there if there is not None and is_within(spec, there["Spec"]) else None
        if same is not None and self._found.is_in_place(name):
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

    def _refuse_beside_compose(self) -> None:
        if Reader().containers(self._found.label):
            raise InstallerError(
                f"{self._stack.project} still has containers beside the Swarm, on the same volumes",
                "run `mosaic install`, which removes them first and keeps the data",
            )
