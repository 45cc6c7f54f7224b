"""Pin the certificate authority: the gateway is told whom to trust."""

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.containers.names import AUTHORITY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.containers import state_of_service

QUESTION = "step certificate fingerprint /home/step/certs/root_ca.crt"


@frozen
class PinAuthority:
    """The gateway knows its authority by the fingerprint of the root certificate.

    `reader` is the user that reads the files inside the gateway's container, None for ourselves.
    """

    stack: Stack
    reader: int | None = None

    @property
    def about(self) -> About:
        layout = self.stack.layout
        return About(
            why="the gateway trusts this authority alone, whatever else answers at its address",
            undone_by="`mosaic uninstall` removes the file; "
            "the authority itself lives in its volume",
            fault="the root certificate is not pinned",
            remedy="it will be saved again",
            identity=(layout.authority_fingerprint,),
            needs="servers",
            undoing=f"Remove {layout.authority_fingerprint}",
            writes=(layout.authority_fingerprint,),
            asks_engine=True,
        )

    def describe(self) -> str:
        return "Pin the certificate authority's root certificate"

    def is_done(self, machine: Machine) -> bool:
        found = machine.containers(self.stack).found()
        if state_of_service(AUTHORITY, found) != "healthy":
            return False
        path = self.stack.layout.authority_fingerprint
        is_private = machine.files.is_private(path, owner=self.reader)
        if not machine.containers(self.stack).is_here(AUTHORITY):
            # A look at another node is a job there, and changes the Swarm.
            return is_private and bool(machine.files.read(path))
        return is_private and machine.files.read(path) == self._fingerprint(machine)

    def apply(self, machine: Machine) -> None:
        path = self.stack.layout.authority_fingerprint
        machine.files.write(path, self._fingerprint(machine), owner=self.reader)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        layout = self.stack.layout
        for path in (layout.authority_fingerprint, *layout.retired_secrets):
            machine.files.remove(path)

    def _fingerprint(self, machine: Machine) -> bytes:
        said = machine.containers(self.stack).run(AUTHORITY, ("sh", "-c", QUESTION))
        return said.strip().encode()
