"""Start the gateway with its present configuration, and wait until it answers."""

import math
from collections.abc import Hashable
from hashlib import sha256

from mosaic_installer.core.actions.about import LOOKS_ONLY, About
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.runtime import Container, Process, Runtime
from mosaic_installer.errors import DatabaseNotMigrated, GatewayDied, UnhealthyError

SHOWN_LINES = 15
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.25
NOT_MIGRATED = "error: the database could not be migrated: "
"""How the gateway begins to say why it cannot run with a database of an earlier version."""


@frozen
class StartGateway:
    """The gateway runs, and with what its files say now."""

    gateway: Gateway

    @property
    def about(self) -> About:
        gateway = self.gateway
        kind = "a container" if gateway.runtime.is_contained else "a process of yours"
        return About(
            why="the gateway is to run, and with its configuration as it is now",
            undone_by="`mosaic uninstall` stops and removes it; `mosaic gateway stop` stops it",
            identity=identity_of(gateway),
            writes=(gateway.layout.pid,),
            reads=(*gateway.reads, gateway.layout.database),
            asks_engine=gateway.runtime.is_contained,
            things=f"{kind} that listens on {gateway.url}",
        )

    def describe(self) -> str:
        return f"Start the gateway as {_form(self.gateway.runtime)} on {self.gateway.url}"

    def is_done(self, machine: Machine) -> bool:
        process = machine.service(self.gateway).process()
        if process is None or process.suspended:
            return False
        return process.fingerprint == fingerprint(self.gateway, machine)

    def apply(self, machine: Machine) -> None:
        service = machine.service(self.gateway)
        service.stop()
        service.start(fingerprint(self.gateway, machine))

    def undo(self, machine: Machine, *, purge: bool) -> None:
        machine.service(self.gateway).remove()


@frozen
class FreePorts:
    """No gateway runs with a former configuration, whose port another service is to get."""

    gateway: Gateway

    @property
    def about(self) -> About:
        return About(
            why="a server is to listen where the gateway still does; "
            "it starts again on its new port",
            undone_by="nothing: it runs again in the same run",
            identity=identity_of(self.gateway),
            writes=(self.gateway.layout.pid,),
            reads=self.gateway.reads,
            asks_engine=self.gateway.runtime.is_contained,
            things="the gateway alone",
        )

    def describe(self) -> str:
        return "Stop the gateway, whose port another service gets"

    def is_done(self, machine: Machine) -> bool:
        process = machine.service(self.gateway).process()
        return process is None or process.fingerprint == fingerprint(self.gateway, machine)

    def apply(self, machine: Machine) -> None:
        machine.service(self.gateway).stop()

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass


@frozen
class WaitUntilHealthy:
    """The gateway that we started answers; `deadline` in seconds."""

    gateway: Gateway
    deadline: float

    @property
    def about(self) -> About:
        return About(
            why="what comes next needs a gateway that answers",
            undone_by=LOOKS_ONLY,
            identity=identity_of(self.gateway),
            reads=(self.gateway.layout.pid,),
            asks_engine=self.gateway.runtime.is_contained,
        )

    def describe(self) -> str:
        return f"Wait until the gateway answers on {self.gateway.url}"

    def is_done(self, machine: Machine) -> bool:
        process = machine.service(self.gateway).process()
        return process is not None and machine.api(self.gateway).version() is not None

    def apply(self, machine: Machine) -> None:
        service, api = machine.service(self.gateway), machine.api(self.gateway)
        match self.gateway.runtime:
            case Container(stack=stack):
                # Follows the container's own events; what remains is to reach it from here.
                machine.containers(stack).wait((GATEWAY,), self.deadline)
            case Process():
                pass
        end = machine.seconds() + self.deadline
        pause = FIRST_PAUSE
        while api.version() is None:
            if service.process() is None:
                raise self._died(machine)
            if machine.seconds() > end:
                raise self._too_slow(machine)
            machine.tell(f"{math.ceil((end - machine.seconds()) / 10) * 10} s left at most")
            machine.pause(pause)
            pause = min(LONGEST_PAUSE, pause * 1.5)

    def undo(self, machine: Machine, *, purge: bool) -> None:
        pass

    def _died(self, machine: Machine) -> GatewayDied:
        lines = machine.service(self.gateway).last_lines(SHOWN_LINES)
        hint = "mend what its log says (`mosaic gateway logs`) and run `mosaic install` again"
        said = [line for line in lines if line.startswith("error: ")]
        if said and said[-1].startswith(NOT_MIGRATED):
            what = "the gateway could not bring its database up to date, and ended"
            return DatabaseNotMigrated(what, hint, last_lines=lines)
        what = "the gateway ended right after it was started"
        return GatewayDied(what, hint, last_lines=lines)

    def _too_slow(self, machine: Machine) -> UnhealthyError:
        return UnhealthyError(
            f"the gateway did not answer within {self.deadline:.0f} s",
            "`mosaic gateway logs` shows what it does, `mosaic gateway restart` starts another",
            last_lines=machine.service(self.gateway).last_lines(SHOWN_LINES),
        )


def identity_of(gateway: Gateway) -> tuple[Hashable, ...]:
    """Return what names the form in which a gateway is kept running: there may have been others."""
    match gateway.runtime:
        case Container(stack=stack):
            return ("engine", stack.project)
        case Process(supervisor=supervisor) as process:
            return (supervisor, gateway.layout.pid, process.unit(gateway.layout))


def _form(runtime: Runtime) -> str:
    match runtime:
        case Container():
            return "a container"
        case Process(supervisor="systemd"):
            return "a systemd service"
        case Process():
            return "a process"


def fingerprint(gateway: Gateway, machine: Machine) -> str:
    """Return the checksum of all that the gateway runs with: its version, and its files."""
    parts = (machine.files.read(path) or b"" for path in gateway.reads)
    place = f"{gateway.version} {gateway.python}".encode()
    return sha256(b"\0".join((place, *parts))).hexdigest()
