"""Start the gateway with its present configuration, and wait until it answers."""

import math
from collections.abc import Hashable
from hashlib import sha256

from mosaic_installer.core.actions.about import LOOKS_ONLY, About
from mosaic_installer.core.actions.servers import otherwise
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine import Machine
from mosaic_installer.core.machine.api import PATIENT_SECONDS
from mosaic_installer.core.runtime import Container, Process, Runtime, SwarmService
from mosaic_installer.errors import (
    DatabaseNotMigrated,
    GatewayDied,
    ServerUnhealthy,
    UnhealthyError,
)

SHOWN_LINES = 15
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.25
NOT_MIGRATED = "error: the database could not be migrated: "
"""How the gateway begins to say why it cannot run with a database of an earlier version."""
HINT = "hint: "
"""How it begins to say what to do about that."""


@frozen
class StartGateway:
    """The gateway runs, and with what its files say now."""

    gateway: Gateway

    @property
    def about(self) -> About:
        gateway = self.gateway
        kind = "a container" if gateway.runtime.is_contained else "a process of yours"
        return About(
            why="the gateway must run, with its current configuration",
            undone_by="`mosaic uninstall` stops and removes it; `mosaic gateway stop` stops it",
            fault=f"the gateway is not running with its current configuration{self._or_here}",
            remedy="it will be started",
            identity=identity_of(gateway),
            runs="gateway",
            undoing="Stop the gateway",
            writes=(gateway.layout.pid,),
            reads=(*gateway.reads, gateway.layout.database),
            asks_engine=gateway.runtime.is_contained,
            things=f"{kind} that listens on {gateway.url}",
        )

    @property
    def _or_here(self) -> str:
        is_service = isinstance(self.gateway.runtime, SwarmService)
        return ", or not on this machine, where commands need it" if is_service else ""

    def describe(self) -> str:
        return f"Start the gateway as {_form(self.gateway.runtime)} on {self.gateway.url}"

    def is_done(self, machine: Machine) -> bool:
        process = machine.service(self.gateway).process()
        if process is None or process.suspended:
            return False
        return process.fingerprint == fingerprint(self.gateway, machine)

    def fault(self, machine: Machine) -> str:
        """Return what is wrong, with what is otherwise; raises EngineError."""
        runtime = self.gateway.runtime
        if not isinstance(runtime, SwarmService):
            return self.about.fault
        known = {GATEWAY: fingerprint(self.gateway, machine)}
        return f"{self.about.fault}{otherwise(machine.containers(runtime.stack), known)}"

    def apply(self, machine: Machine) -> None:
        service = machine.service(self.gateway)
        match self.gateway.runtime:
            case SwarmService():
                pass  # it ends the one that runs itself, once the database is migrated
            case Process() | Container():
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
            why="another service needs the port that the gateway still uses; "
            "the gateway starts again on its new port",
            undone_by="nothing: the same run starts it again",
            fault="the gateway runs on a port that another service is to use",
            remedy="it will be restarted on its new port",
            identity=identity_of(self.gateway),
            writes=(self.gateway.layout.pid,),
            reads=self.gateway.reads,
            asks_engine=self.gateway.runtime.is_contained,
            things="the gateway alone",
        )

    def describe(self) -> str:
        return "Stop the gateway to free its port for another service"

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
            why="the next steps need a gateway that answers",
            undone_by=LOOKS_ONLY,
            fault=f"the gateway does not answer at {self.gateway.url}{self._or_starts}",
            remedy="it will be restarted if it does not recover",
            identity=identity_of(self.gateway),
            needs="gateway",
            runs="gateway",
            reads=(self.gateway.layout.pid,),
            asks_engine=self.gateway.runtime.is_contained,
        )

    @property
    def _or_starts(self) -> str:
        is_service = isinstance(self.gateway.runtime, SwarmService)
        return ", or is still starting on a node" if is_service else ""

    def describe(self) -> str:
        return f"Wait for the gateway to answer at {self.gateway.url}"

    def is_done(self, machine: Machine) -> bool:
        process = machine.service(self.gateway).process()
        if process is None or process.is_starting:
            return False
        return machine.api(self.gateway).version(PATIENT_SECONDS) is not None

    def apply(self, machine: Machine) -> None:
        service, api = machine.service(self.gateway), machine.api(self.gateway)
        match self.gateway.runtime:
            case Container(stack=stack) | SwarmService(stack=stack):
                # Follows what its engine says of it; what remains is to reach it from here.
                try:
                    machine.containers(stack).wait((GATEWAY,), self.deadline)
                except ServerUnhealthy as error:
                    raise _not_migrated(error.last_lines) or error from None
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
        hint = "fix the error in the log (`mosaic gateway logs`), then run `mosaic install` again"
        what = "the gateway stopped right after it started"
        return _not_migrated(lines) or GatewayDied(what, hint, last_lines=lines)

    def _too_slow(self, machine: Machine) -> UnhealthyError:
        return UnhealthyError(
            f"the gateway did not answer within {self.deadline:.0f} s",
            "`mosaic gateway logs` shows what it is doing; `mosaic gateway restart` restarts it",
            last_lines=machine.service(self.gateway).last_lines(SHOWN_LINES),
        )


def identity_of(gateway: Gateway) -> tuple[Hashable, ...]:
    """Return what names the form in which a gateway is kept running: there may have been others."""
    match gateway.runtime:
        case Container(stack=stack):
            return ("engine", stack.project)
        case SwarmService(stack=stack):
            return ("swarm", stack.project)
        case Process(supervisor=supervisor) as process:
            return (supervisor, gateway.layout.pid, process.unit(gateway.layout))


def _not_migrated(lines: tuple[str, ...]) -> DatabaseNotMigrated | None:
    """Return the error where the last lines say that the database was not migrated, else None."""
    errors = [number for number, line in enumerate(lines) if line.startswith("error: ")]
    if not errors or not lines[errors[-1]].startswith(NOT_MIGRATED):
        return None
    hints = [line for line in lines[errors[-1] :] if line.startswith(HINT)]
    way = hints[0].removeprefix(HINT) if hints else "do what its log says (`mosaic gateway logs`)"
    return DatabaseNotMigrated(
        "the gateway could not upgrade its database, which is as it was before",
        f"{way}; then run `mosaic install` again",
        last_lines=lines,
    )


def _form(runtime: Runtime) -> str:
    match runtime:
        case Container():
            return "a container"
        case SwarmService():
            return "a service of the Swarm"
        case Process(supervisor="systemd"):
            return "a systemd service"
        case Process():
            return "a process"


def fingerprint(gateway: Gateway, machine: Machine) -> str:
    """Return the checksum of all that the gateway runs with: its version, and its files."""
    parts = (machine.files.read(path) or b"" for path in gateway.reads)
    place = f"{gateway.version} {gateway.python}".encode()
    return sha256(b"\0".join((place, *parts))).hexdigest()
