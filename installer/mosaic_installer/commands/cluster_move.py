"""`mosaic cluster move`: take a service with its data to another node."""

from mosaic_installer.commands.cluster_place import known_service
from mosaic_installer.commands.consent import agrees
from mosaic_installer.commands.opening import installed_on_swarm
from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.swarm.carrying import Place
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.moving import Moves, removal_of
from mosaic_installer.machine.engine.swarm.nodes import FoundNode, find_node
from mosaic_installer.machine.engine.swarm.placing import Image, prove_on, refuse_down
from mosaic_installer.machine.engine.swarm.specs import Definition
from mosaic_installer.machine.local import LocalMachine
from mosaic_installer.machine.lock import locked
from mosaic_installer.ui import output


def move(name: str, node_name: str, *, assume_yes: bool) -> int:
    """Move a service with its data, with consent: it stops meanwhile.

    Raises `InstallerError` where the node lacks an image, or has data of that service already.
    """
    service, node = known_service(name), find_node(node_name)
    if not service.volume:
        raise InstallerError(
            f"{name} has no data",
            f"`mosaic cluster place {name} {node.name}` lets it run there",
            identifier="data-in-place",
        )
    machine, stack = installed_on_swarm()
    with locked(machine.layout.lock):
        return _move(machine, stack, name, node, assume_yes=assume_yes)


def _move(
    machine: LocalMachine, stack: Stack, name: str, node: FoundNode, *, assume_yes: bool
) -> int:
    found, target = Found(stack), Place(node=node.identifier, name=node.name)
    found.refuse_as_copy()
    moves = Moves(stack, found, output.say, lambda: Definition(stack, machine.files, machine.vault))
    if moves.way(name).is_unfinished:
        output.say(f"An earlier move of {name} was cut off; ending it first.")
        moves.settle()
    if target in moves.way(name).at:
        output.say(f"{name} is on {node.name} already.")
        return 0
    refuse_down(node)
    _prove(stack, found, name, node)
    source = moves.check(name, target)
    if not agrees(
        f"Stop {name} while its data is copied from {source.name} to {node.name}?",
        f"{name} would stop while its data is copied, and the gateway would not be ready meanwhile",
        assume_yes=assume_yes,
    ):
        return 0
    copied = moves.carry(name, source, target)
    if copied:
        output.say(
            f"{copied['files']:,} files with {copied['bytes']:,} bytes were copied, and "
            "compared with the original."
        )
    output.say(f"{name} now runs on {node.name}.")
    output.say(
        f"The old data is still on {source.name}, where nothing uses it any more. To remove it, "
        f"run this there: {removal_of(f'{stack.project}_{name}')}"
    )
    return 0


def _prove(stack: Stack, found: Found, name: str, node: FoundNode) -> None:
    there = found.services().get(name)
    if there is None:
        raise EngineError(f"there is no service {name}", "`mosaic install` starts it")
    identifier = str(there["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"])
    known = str(there["Spec"]["Labels"].get(IMAGE, identifier))
    with opened_engine() as client:
        image = Image(name=known, identifier=identifier)
        prove_on(Changes(client, stack, found), stack, name, image, node)
