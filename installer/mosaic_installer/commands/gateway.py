"""`mosaic gateway`: start, stop and restart it, whatever it runs as; print its log."""

from collections.abc import Sequence

from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.gateway import StartGateway, WaitUntilHealthy
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.listeners import find_listeners
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.stages.health import DEADLINE
from mosaic_installer.ui import output


def start() -> int:
    """Start the gateway and wait until it answers."""
    machine, gateway, _meta = installed_gateway()
    _refuse_taken_port(gateway)
    with locked(machine.layout.lock):
        _start(machine, gateway)
    return 0


def stop() -> int:
    """Stop the gateway; it finishes the requests it is at."""
    machine, gateway, _meta = installed_gateway()
    with locked(machine.layout.lock):
        was_running = machine.service(gateway).process() is not None
        machine.service(gateway).stop()
    output.say("The gateway is stopped." if was_running else "The gateway was not running.")
    return 0


def restart() -> int:
    """Stop the gateway, then start it with what its files say now."""
    machine, gateway, _meta = installed_gateway()
    _refuse_taken_port(gateway)
    with locked(machine.layout.lock):
        machine.service(gateway).stop()
        _start(machine, gateway)
    return 0


def logs(count: int) -> int:
    """Print the last lines of the gateway's log."""
    machine, gateway, _meta = installed_gateway()
    for line in machine.service(gateway).last_lines(max(0, count)):
        output.data(line)
    return 0


def _start(machine: LocalMachine, gateway: Gateway) -> None:
    actions: Sequence[Action] = (
        StartGateway(gateway=gateway),
        WaitUntilHealthy(gateway=gateway, deadline=DEADLINE),
    )
    to_do = [action for action in actions if not action.is_done(machine)]
    for action in to_do:
        action.apply(machine)
    verb = "answers" if to_do else "was running already"
    output.say(f"The gateway {verb} at {gateway.url}.")


def _refuse_taken_port(gateway: Gateway) -> None:
    for listener in find_listeners(str(gateway.layout.gateway_config)):
        if listener.port == gateway.port and listener.blocks(gateway.bind) and not listener.is_ours:
            raise InstallerError(
                f"port {gateway.port} on {gateway.bind} is taken by {listener.holder}",
                "stop that program, or choose another port: `mosaic install --set gateway.port=…`",
                identifier="port-in-use",
            )
