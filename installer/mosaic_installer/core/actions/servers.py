"""Start the servers that the gateway needs, as containers, and wait until they are healthy."""

import re
from dataclasses import dataclass
from hashlib import sha256

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.machine import Machine


@dataclass(frozen=True, kw_only=True)
class StartServers:
    """The servers of a stack run healthily, with what their files say; `deadline` in seconds."""

    stack: Stack
    deadline: float

    @property
    def about(self) -> About:
        stack = self.stack
        secrets = (path for service in stack.servers for path in stack.files_of(service))
        return About(
            why="the gateway keeps its data there; nothing but the gateway can reach them",
            undone_by="`mosaic uninstall` removes the containers and keeps their volumes; "
            "`--purge` takes both",
            identity=(stack.project,),
            reads=(*stack.reads, *secrets),
            asks_engine=True,
            things=f"containers, volumes and a network named {stack.project}",
        )

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
    """Return the checksum of all that each server runs with: its definition, and its files."""
    compose = (machine.files.read(stack.layout.compose_file) or b"").decode(errors="replace")
    override = (machine.files.read(stack.layout.compose_override) or b"").decode(errors="replace")
    fingerprints = {}
    for service in stack.servers:
        contents = [machine.files.read(path) or b"" for path in stack.files_of(service)]
        definition = definition_of(service, compose), definition_of(service, override)
        parts = (*(text.encode() for text in definition), *contents)
        fingerprints[service] = sha256(b"\0".join(parts)).hexdigest()
    return fingerprints


def definition_of(service: str, compose: str) -> str:
    """Return the lines of a compose file that define a service.

    What all services share stands before them, and belongs to each. A file in another form than
    ours is the definition of every service that it names.
    """
    shared, has_our_form, services = f"\n{compose}".partition("\nservices:\n")
    found = re.search(rf"^  {re.escape(service)}:\n(?:(?:    .*)?\n)*", services, re.MULTILINE)
    if found is None:
        return compose if service in compose else shared if has_our_form else ""
    # The empty line that ends the list belongs to none of them.
    return f"{shared}{found[0].rstrip()}\n"
