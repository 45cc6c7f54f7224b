"""Start the servers that the gateway needs, as containers, and wait until they are healthy."""

from dataclasses import dataclass
from hashlib import sha256

from mosaic_installer.core.machine import Machine
from mosaic_installer.core.stack import Stack


@dataclass(frozen=True, kw_only=True)
class StartServers:
    """The servers of a stack run healthily, with what their files say; `deadline` in seconds."""

    stack: Stack
    deadline: float

    def describe(self) -> str:
        return f"Start {' and '.join(self.stack.servers)} as containers of {self.stack.project}"

    def is_done(self, machine: Machine) -> bool:
        return machine.containers(self.stack).are_current(_fingerprints(self.stack, machine))

    def apply(self, machine: Machine) -> None:
        containers = machine.containers(self.stack)
        containers.up(_fingerprints(self.stack, machine))
        containers.wait(self.stack.servers, self.deadline)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.containers(self.stack).remove(with_volumes=purge)


def _fingerprints(stack: Stack, machine: Machine) -> dict[str, str]:
    fingerprints = {}
    for service in stack.servers:
        contents = [machine.files.read(path) or b"" for path in stack.files_of(service)]
        fingerprints[service] = sha256(b"\0".join(contents)).hexdigest()
    return fingerprints
