"""`mosaic cluster render`: the services of this installation as a `stack.yaml`."""

from pathlib import Path

from mosaic_installer.commands.opening import installed_on_swarm, remembered_layer
from mosaic_installer.core.actions.gateway import StartGateway, fingerprint
from mosaic_installer.core.actions.servers import StartServers
from mosaic_installer.core.actions.servers import fingerprints as fingerprints_of
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.stack_file import stack_text
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.plan import make_plan
from mosaic_installer.core.settling.interview import sketch
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.pinned import as_run
from mosaic_installer.machine.engine.swarm.specs import Definition, Spec
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.probe import probe_host
from mosaic_installer.stages import STAGES
from mosaic_installer.ui import output


def render(file: Path | None) -> int:
    """Print the file, or write it to `file`: names of secrets are in it, values never.

    Raises `InstallerError` where the installation is not on a Swarm.
    """
    machine, stack = installed_on_swarm()
    text = _text(stack, machine)
    if file is None:
        output.data(text.rstrip("\n"))
    else:
        machine.files.write(file.absolute(), text.encode())
        output.say(f"Written to {file}; it has the names of your secrets, and no values.")
    return 0


def _text(stack: Stack, machine: LocalMachine) -> str:
    definition = Definition(stack, machine.files, machine.vault)
    fingerprints = _fingerprints(machine)
    try:
        specs = _specs(stack, definition)
        rows = {name: as_run(row, specs.get(name, {})) for name, row in definition.rows.items()}
        return stack_text(rows, definition.names(), fingerprints)
    except (KeyError, TypeError, IndexError, AttributeError):
        raise definition.damaged() from None


def _specs(stack: Stack, definition: Definition) -> dict[str, Spec]:
    """Return what the services have been given, where that says more of images than our file."""
    if not any(map(definition.registry_name, definition.rows)):
        return {}
    return {name: row["Spec"] for name, row in Found(stack).services().items()}


def _fingerprints(machine: LocalMachine) -> dict[str, str]:
    """Return the fingerprint of what each service runs with, as an installation gives it."""
    host = probe_host(machine)
    answers = sketch([remembered_layer(machine)], host).settled.answers
    found: dict[str, str] = {}
    for step in make_plan(STAGES, Facts(host=host), answers):
        match step.action:
            case StartServers() as action:
                found |= fingerprints_of(action, machine)
            case StartGateway(gateway=gateway):
                found[GATEWAY] = fingerprint(gateway, machine)
            case _:
                pass
    return found
