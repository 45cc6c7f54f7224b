"""`mosaic cluster move`: take a service with its data to another node."""

from collections.abc import Iterator
from contextlib import contextmanager

from mosaic_installer.commands.cluster_place import known_service
from mosaic_installer.commands.consent import agrees
from mosaic_installer.commands.opening import installed_on_swarm
from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.swarm.carrying import refuse_lost
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.moving import Moves, removal_of
from mosaic_installer.machine.engine.swarm.nodes import FoundNode, find_node
from mosaic_installer.machine.engine.swarm.placing import Image, prove_on, refuse_down
from mosaic_installer.machine.engine.swarm.returning import Returning
from mosaic_installer.machine.engine.swarm.settling import Settling
from mosaic_installer.machine.engine.swarm.specs import Definition
from mosaic_installer.machine.engine.swarm.way import NodeRef
from mosaic_installer.machine.lock import locked
from mosaic_installer.ui import output


def move(name: str, node_name: str, *, assume_yes: bool) -> int:
    """Move a service with its data, with consent: it stops meanwhile.

    Raises `InstallerError` where the node lacks an image, or has data of that service already.
    """
    node = _node(name, node_name)
    with _opened() as settling:
        return _move(settling, name, node, assume_yes=assume_yes)


def move_back(name: str, node_name: str, *, assume_yes: bool) -> int:
    """Let a service run with the data that a move left on a node, with consent.

    Raises `InstallerError` where there is none, or where the present data cannot be put away.
    """
    node = _node(name, node_name)
    target = NodeRef(node=node.identifier, name=node.name)
    with _opened() as settling:
        refuse_down(node)
        _prove(settling, name, node)
        returning = Returning(settling)
        others = returning.check(name, target)
        where = " and ".join(place.name for place in others)
        if not agrees(
            f"Go back to the old data of {name} on {node.name}, without what was written since?",
            f"{name} would be without everything written since its data left {node.name}",
            assume_yes=assume_yes,
        ):
            return 0
        returning.return_to(name, target)
        output.say(f"{name} now runs on {node.name}, with the data from before it was moved.")
        if where:
            output.say(
                f"What was written since is still on {where}, where nothing uses it any more. "
                f"To go back to that: `mosaic cluster move {name} {others[0].name} --old-data`"
            )
    return 0


def _node(name: str, node_name: str) -> FoundNode:
    service, node = known_service(name), find_node(node_name)
    if not service.volume:
        raise InstallerError(
            f"{name} has no data",
            f"`mosaic cluster place {name} {node.name}` lets it run there",
            identifier="data-in-place",
        )
    return node


@contextmanager
def _opened() -> Iterator[Settling]:
    """Hold the lock of the installation, for what changes its services."""
    machine, stack = installed_on_swarm()
    with locked(machine.layout.lock):
        found = Found(stack)
        found.refuse_as_copy()
        yield Settling(
            stack, found, output.say, lambda: Definition(stack, machine.files, machine.vault)
        )


def _move(settling: Settling, name: str, node: FoundNode, *, assume_yes: bool) -> int:
    target, moves = NodeRef(node=node.identifier, name=node.name), Moves(settling)
    way = settling.way(name)
    if target in way.source and way.at:
        raise _ask_which(way.move(name))
    if way.is_unfinished:
        output.say(f"An earlier move of {name} was cut off; ending it first.")
        settling.settle()
    if target in settling.way(name).at:
        output.say(f"{name} is on {node.name} already.")
        return 0
    refuse_down(node)
    refuse_lost(settling.way(name).at, "start it: its data cannot be taken along without it")
    _prove(settling, name, node)
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
        f"run this there: {removal_of(settling.volume(name))}"
    )
    return 0


def _ask_which(move: Move) -> InstallerError:
    command = f"mosaic cluster move {move.service}"
    return InstallerError(
        move.what_is,
        f"finish it: `{command} {move.target}`; or go back, without what was written on "
        f"{move.target}: `{command} {move.source} --old-data`",
        identifier="data-in-place",
    )


def _prove(settling: Settling, name: str, node: FoundNode) -> None:
    there = settling.found.services().get(name)
    if there is None:
        raise EngineError(f"there is no service {name}", "`mosaic install` starts it")
    identifier = str(there["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"])
    known = str(there["Spec"]["Labels"].get(IMAGE, identifier))
    with settling.opened() as changes:
        prove_on(changes, settling.stack, name, Image(name=known, identifier=identifier), node)
