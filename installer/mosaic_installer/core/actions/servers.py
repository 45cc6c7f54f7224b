"""Start the servers that the gateway needs, as containers, and wait until they are healthy."""

from collections.abc import Mapping, Sequence

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.containers.files import files_of
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.containers import Containers
from mosaic_installer.core.written import digest

NAMED = 3
"""Of more differences only the number is said."""


@frozen
class StartServers:
    """The servers of a stack run healthily, with what their files say; `deadline` in seconds."""

    stack: Stack
    deadline: float
    values: tuple[str, ...] = ()
    """The checksum of the values that each server of the stack is made of, in their order."""
    compose_file: str = ""
    """The checksum of the compose file that says these values."""

    @property
    def about(self) -> About:
        stack = self.stack
        return About(
            why="the gateway keeps its data there; nothing but the gateway can reach them",
            undone_by=f"`mosaic uninstall` removes the {self._noun} and keeps their volumes; "
            "`--purge` takes both",
            fault=_fault_of(stack.servers),
            remedy=f"the {self._noun} will be started",
            identity=(stack.project,),
            runs="servers",
            undoing=f"Remove the {self._noun} of {stack.project}, and keep their volumes",
            purging=f"Remove the {self._noun} and volumes of {stack.project}",
            reads=(*stack.reads, *files_of(stack.servers, stack.layout)),
            asks_engine=True,
            things=f"{self._noun}, volumes and a network named {stack.project}",
        )

    def describe(self) -> str:
        return f"Start {' and '.join(self.stack.servers)} as {self._noun} of {self.stack.project}"

    @property
    def _noun(self) -> str:
        return "services" if self.stack.orchestrator == "swarm" else "containers"

    def is_done(self, machine: Machine) -> bool:
        return machine.containers(self.stack).are_current(fingerprints(self, machine))

    def fault(self, machine: Machine) -> str:
        """Return which servers are not as they should be; raises EngineError."""
        containers, known = machine.containers(self.stack), fingerprints(self, machine)
        there = [name for name in known if containers.are_current({name: known[name]})]
        named = [name for name in known if name not in there] or list(self.stack.servers)
        return f"{_fault_of(named)}{otherwise(containers, {name: known[name] for name in named})}"

    def apply(self, machine: Machine) -> None:
        containers = machine.containers(self.stack)
        containers.up(fingerprints(self, machine))
        containers.wait(self.stack.servers, self.deadline)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.containers(self.stack).remove(with_volumes=purge)


def _fault_of(servers: Sequence[str]) -> str:
    return f"{' and '.join(servers)} not running with the current configuration"


def otherwise(containers: Containers, known: Mapping[str, str]) -> str:
    """Return what is otherwise with these services, behind the sentence that something is."""
    found = [
        each if len(known) == 1 else f"{name}: {each}"
        for name in known
        for each in containers.differences({name: known[name]})
    ]
    more = f", and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return f" ({', '.join(found[:NAMED])}{more})" if found else ""


def fingerprints(action: StartServers, machine: Machine) -> dict[str, str]:
    """Return the checksum of all that each server runs with: its values, and its files.

    A compose file that somebody edited is what the servers are made of, whatever we would say.
    """
    stack = action.stack
    compose = machine.files.read(stack.definition) or b""
    edited = b"" if digest(compose) == action.compose_file else compose
    override = machine.files.read(stack.layout.compose_override) or b""
    found = {}
    values = dict(zip(stack.servers, action.values, strict=False))
    for service in stack.servers:
        files = [machine.files.read(path) or b"" for path in files_of((service,), stack.layout)]
        said = (values.get(service, "").encode(), edited, _concerning(service, override, stack))
        found[service] = digest(b"\0".join((*said, *files)))
    return found


def _concerning(service: str, override: bytes, stack: Stack) -> bytes:
    """Return what an override says of a service: all of it where it names the service, or none.

    Its form is its author's, and nothing on this path reads YAML.
    """
    named = [name for name in stack.services if name.encode() in override]
    return override if service in named or not named else b""
