"""Let the stack belong to Portainer, with its file, once all of it runs."""

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine
from mosaic_installer.errors import InstallerError

DEADLINE = 180.0


@frozen
class UpdatePortainer:
    """An environment of the Portainer at `url` has the stack, with the file of what runs."""

    stack: Stack
    url: str
    environment: int
    """Its number there."""

    @property
    def about(self) -> About:
        return About(
            why="Portainer then shows the stack as its own, with its file, and can update it",
            undone_by="`mosaic uninstall` removes the stack there, too",
            fault=f"Portainer does not have the stack {self.stack.project} as it runs",
            remedy="it will be updated there",
            identity=(self.url, self.stack.project),
            reads=self.stack.reads,
            needs="gateway",
            things=f"the stack {self.stack.project} in Portainer at {self.url}",
            undoing=f"Remove the stack {self.stack.project} from Portainer at {self.url}",
        )

    def describe(self) -> str:
        return f"Update the stack {self.stack.project} in Portainer at {self.url}"

    def is_done(self, machine: Machine) -> bool:
        try:
            return machine.portainer(self.stack, self.url, self.environment).is_current()
        except InstallerError as error:
            if error.identifier in {"portainer-unreachable", "portainer-refused"}:
                return False  # a step that comes last says so, and keeps no other one
            raise

    def apply(self, machine: Machine) -> None:
        machine.portainer(self.stack, self.url, self.environment).update()
        # It answers before anything has converged.
        machine.containers(self.stack).wait(self.stack.services, DEADLINE)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        # Else Portainer would remove them all at once, and a network that is still in use.
        machine.containers(self.stack).remove(with_volumes=False)
        machine.portainer(self.stack, self.url, self.environment).remove()
