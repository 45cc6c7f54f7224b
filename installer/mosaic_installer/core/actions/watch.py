"""Watch services of a Swarm for a while: what is well at first may fail some seconds later."""

from mosaic_installer.core.actions.about import LOOKS_ONLY, About
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine import Machine


@frozen
class WatchServices:
    """Every task of the stack has run for so many seconds on end."""

    stack: Stack
    seconds: int

    @property
    def about(self) -> About:
        return About(
            why="a service that fails soon after it has become healthy would go unnoticed",
            undone_by=LOOKS_ONLY,
            fault=f"a service has been running for less than {self.seconds} s",
            remedy="it will be watched until then",
            identity=("watch", self.stack.project),
            reads=self.stack.reads,
            asks_engine=True,
            needs="gateway",
        )

    def describe(self) -> str:
        return f"See whether all services go on running for {self.seconds} s"

    def is_done(self, machine: Machine) -> bool:
        return machine.tasks(self.stack).have_run(self.stack.services, self.seconds)

    def apply(self, machine: Machine) -> None:
        machine.tasks(self.stack).watch(self.stack.services, self.seconds)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass
