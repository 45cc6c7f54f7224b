"""Take away what an earlier run set up and the answers no longer want, before the new starts."""

from pathlib import Path

from mosaic_installer.core.actions.about import About
from mosaic_installer.core.actions.file import WriteFile
from mosaic_installer.core.actions.gateway import identity_of
from mosaic_installer.core.containers.services import SERVICES
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.runtime import Container, Process, SwarmService
from mosaic_installer.core.written import is_ours


@frozen
class RetireGateway:
    """The gateway's former process is gone, and nothing starts it again; `gateway` is that form."""

    gateway: Gateway

    @property
    def about(self) -> About:
        return About(
            why="it will run another way from now on; two gateways would fight over the port",
            undone_by="nothing: go back to the previous setting to get it back, "
            "with the same data and token",
            fault="the gateway still runs the old way",
            remedy="it will be stopped and started the new way",
            identity=identity_of(self.gateway),
            writes=(self.gateway.layout.pid, *self._unit),
            asks_engine=self.gateway.runtime.is_contained,
            things="the gateway alone",
        )

    def describe(self) -> str:
        if self._unit:
            return "Stop and disable the gateway's old systemd service"
        return "Stop the gateway's old process"

    def is_done(self, machine: Machine) -> bool:
        return not machine.service(self.gateway).is_active()

    def apply(self, machine: Machine) -> None:
        machine.service(self.gateway).remove()
        for path in self._unit:
            # One that the user edited stays, as it does everywhere.
            WriteFile(path=path, content="").undo(machine, purge=False)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        self.apply(machine)  # whoever uninstalls wants neither form

    @property
    def _unit(self) -> tuple[Path, ...]:
        match self.gateway.runtime:
            case Process(supervisor="systemd") as process:
                return (process.unit(self.gateway.layout),)
            case Process() | Container() | SwarmService():
                return ()


@frozen
class RetireStack:
    """The form that all services had before is gone, their volumes are not; `stack` is that form.

    Its file goes last: as long as that is there, a run that was cut off is gone on with.
    """

    stack: Stack

    @property
    def about(self) -> About:
        stack = self.stack
        return About(
            why="two servers on one volume would damage it, so the former ones end first",
            undone_by="nothing: go back to the previous setting to get it back, "
            "with the same data and token",
            fault=f"{self._former} are still there",
            remedy="they will be removed, and everything started the new way; the data stays",
            identity=(stack.orchestrator, stack.project),
            writes=(stack.definition,),
            undoing=f"Remove {self._former}",
            asks_engine=True,
            things=f"{self._former}, and their network; no volume",
        )

    @property
    def _former(self) -> str:
        return "the containers" if self.stack.orchestrator == "compose" else "the Swarm's services"

    def describe(self) -> str:
        if self.stack.orchestrator == "compose":
            return "Remove the containers, which become services of the Swarm; their data stays"
        return "Remove the services from the Swarm, which become containers; their data stays"

    def is_done(self, machine: Machine) -> bool:
        path = self.stack.definition
        current = machine.files.read(path)
        # One that is not as we wrote it stays, as it does everywhere.
        is_left = current is not None and is_ours(current, machine.files.notes(path))
        return not is_left and not machine.containers(self.stack).is_there()

    def apply(self, machine: Machine) -> None:
        machine.containers(self.stack).remove(with_volumes=False)
        WriteFile(path=self.stack.definition, content="").undo(machine, purge=False)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.containers(self.stack).remove(with_volumes=purge)


@frozen
class RemoveContainers:
    """The containers of `services` are gone, their volumes are not; `stack` is what stays.

    Where no container stays, the network between them and the compose file go, too.
    """

    stack: Stack
    services: tuple[str, ...]

    @property
    def about(self) -> About:
        return About(
            why="your settings no longer ask for it, and it would keep using memory and ports",
            undone_by="turn it on again; its volume stays until `mosaic uninstall --purge`",
            fault="containers that are no longer needed still exist",
            remedy="they will be removed; their data stays",
            identity=(self.stack.project,),
            undoing="Remove leftover containers",
            writes=() if self.stack.services else (self.stack.layout.compose_file,),
            asks_engine=True,
            things=f"containers, volumes and a network named {self.stack.project}",
        )

    def describe(self) -> str:
        if not self.services:
            return "Remove leftover containers"
        noun = "container" if len(self.services) == 1 else "containers"
        has_data = any(row.volume and row.name in self.services for row in SERVICES)
        volumes = "; its data stays" if has_data else ""
        return f"Remove the unneeded {noun} {', '.join(self.services)}{volumes}"

    def is_done(self, machine: Machine) -> bool:
        there = {row.service for row in machine.containers(self.stack).found()}
        is_noted = machine.files.kind(self.stack.layout.compose_environment) != "absent"
        return there.isdisjoint(self.services) and (bool(self.stack.services) or not is_noted)

    def apply(self, machine: Machine) -> None:
        containers = machine.containers(self.stack)
        if self.stack.services:
            containers.discard(*self.services)
            return
        containers.remove(with_volumes=False)
        WriteFile(path=self.stack.layout.compose_file, content="").undo(machine, purge=False)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.containers(self.stack).remove(with_volumes=purge)
