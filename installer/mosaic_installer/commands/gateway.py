"""`mosaic gateway`: start, stop, restart it, whatever it runs as; its log; signing in and out."""

from collections.abc import Sequence
from pathlib import Path

from mosaic_installer.commands.credentials import need_email, need_password
from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.actions import Action
from mosaic_installer.core.actions.gateway import StartGateway, WaitUntilHealthy
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.gateway import Gateway, Meta
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import AnswersError, InstallerError
from mosaic_installer.machine.apply import apply
from mosaic_installer.machine.edits import damaged_files, missing_files
from mosaic_installer.machine.installed import gateway_as_installed, stack_as_installed
from mosaic_installer.machine.listeners import find_listeners
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.stages.health import DEADLINE
from mosaic_installer.ui import output


def start() -> int:
    """Start the gateway and wait until it answers."""
    machine, gateway, _meta = installed_gateway()
    _write_again(machine)
    with locked(machine.layout.lock):
        has_started = ensure_running(machine, gateway)
    _say_running(gateway, has_started=has_started)
    return 0


def stop() -> int:
    """Stop the gateway; it finishes the requests it is at."""
    machine, gateway, _meta = installed_gateway()
    machine.teller = lambda said: output.say(str(said))
    with locked(machine.layout.lock):
        save_database(machine, gateway)
        was_running = machine.service(gateway).process() is not None
        machine.service(gateway).stop()
    output.say("The gateway is stopped." if was_running else "The gateway was not running.")
    return 0


def restart() -> int:
    """Stop the gateway, then start it with what its files say now."""
    machine, gateway, _meta = installed_gateway()
    _write_again(machine)
    with locked(machine.layout.lock):
        save_database(machine, gateway)
        machine.service(gateway).stop()
        has_started = ensure_running(machine, gateway)
    _say_running(gateway, has_started=has_started)
    return 0


def login(email: str | None, password_file: Path | None) -> int:
    """Open a session and keep it, for what a token is needed for."""
    machine, gateway, _meta = installed_gateway()
    with locked(machine.layout.lock):
        ensure_running(machine, gateway)
        address = need_email(machine, email)
        password = need_password(password_file, is_new=False)
        session = machine.api(gateway).sign_in(address, password)
        machine.files.write(machine.layout.session, session.reveal().encode())
    output.say(f"Signed in as {address}; `mosaic gateway logout` signs you out.")
    return 0


def logout() -> int:
    """End the session that is kept, here and at the gateway."""
    machine, gateway, _meta = installed_gateway()
    content = machine.files.read(machine.layout.session)
    if not content:
        output.say("Nobody was signed in.")
        return 0
    with locked(machine.layout.lock):
        machine.api(gateway).sign_out(Secret(content.decode(errors="replace").strip()))
        machine.files.remove(machine.layout.session)
    output.say("Signed out.")
    return 0


def logs(count: int, service: str) -> int:
    """Print the last lines of the gateway's log, or of that of a server in a container."""
    machine, _gateway, meta = installed_gateway()
    for line in last_lines(machine, meta, count, service):
        output.data(line)
    return 0


def last_lines(machine: LocalMachine, meta: Meta, count: int, service: str) -> Sequence[str]:
    """Return the last lines of a log; raises `AnswersError` where there is no such service."""
    stack = stack_as_installed(machine.layout, meta)
    if service == GATEWAY:
        gateway = gateway_as_installed(machine.layout, meta)
        return machine.service(gateway).last_lines(max(0, count))
    if stack is not None and service in stack.services:
        return machine.containers(stack).last_lines(service, max(0, count))
    known = ", ".join((GATEWAY, *(stack.servers if stack else ())))
    raise AnswersError(
        f"--service {service}: there is no such service here", f"the services are {known}"
    )


def ensure_running(machine: LocalMachine, gateway: Gateway) -> bool:
    """Start the gateway unless it runs with what its files say; return whether that was needed.

    Raises `InstallerError` when another program has its port.
    """
    actions: Sequence[Action] = (
        StartGateway(gateway=gateway),
        WaitUntilHealthy(gateway=gateway, deadline=DEADLINE),
    )
    save_database(machine, gateway)
    to_do = [action for action in actions if not action.is_done(machine)]
    if to_do and not gateway.runtime.is_contained:
        _refuse_taken_port(gateway)
    for action in to_do:
        action.apply(machine)
    return bool(to_do)


def save_database(machine: LocalMachine, gateway: Gateway) -> None:
    """Put a lost database back into its place, before what still has it open is ended."""
    if gateway.runtime.is_contained or machine.files.kind(gateway.layout.database) == "file":
        return
    keeper = machine.database(gateway).keeper()
    if keeper:
        output.say(f"warning: the database is gone from its place; {keeper} still has it")
        machine.database(gateway).rescue()
        output.say(f"It is saved: `{gateway.layout.database}`.")


def _write_again(machine: LocalMachine) -> None:
    """Write generated files again that are damaged or gone, as far as anything needs them."""
    broken = damaged_files(machine.files, machine.layout) | missing_files(machine.files)
    if not broken:
        return
    from mosaic_installer.commands.doctor import diagnose

    steps = [row.step for row in diagnose(machine).surveyed]
    rewritten = [step for step in steps if broken.keys() & set(step.action.about.writes)]
    for path in (path for step in rewritten for path in step.action.about.writes):
        if broken.get(path) == "missing":
            output.say(f"warning: `{path}` is missing; it is written again")
        elif path in broken:
            output.say(f"warning: `{path}` is {broken[path]}; it is put aside and written again")
    if rewritten:
        apply(tuple(rewritten), machine, lambda _event: None)


def _say_running(gateway: Gateway, *, has_started: bool) -> None:
    verb = "answers" if has_started else "was running already"
    output.say(f"The gateway {verb} at {gateway.url}.")


def _refuse_taken_port(gateway: Gateway) -> None:
    for listener in find_listeners(str(gateway.layout.gateway_config)):
        if listener.port == gateway.port and listener.blocks(gateway.bind) and not listener.is_ours:
            raise InstallerError(
                f"port {gateway.port} on {gateway.bind} is taken by {listener.holder}",
                "stop that program, or choose another port: `mosaic install --set gateway.port=…`",
                identifier="port-in-use",
            )
