"""`mosaic cluster drain|activate|remove NODE`: what it costs, a word of consent, and the change."""

from mosaic_installer.commands.consent import agrees
from mosaic_installer.core.cluster.quorum import warning_of
from mosaic_installer.machine.engine.swarm import nodes
from mosaic_installer.machine.engine.swarm.nodes import FoundNode
from mosaic_installer.ui import output


def drain(name: str, *, assume_yes: bool) -> int:
    """Let nothing run on a node any more; with consent where that stops a service."""
    node = nodes.find_node(name)
    if node.availability == "drain":
        output.say(f"{node.name} is drained already.")
        return 0
    if node.bound:
        stops = _names(node)
        if not agrees(
            f"Stop {stops} until {node.name} is active again?",
            f"{stops} would stop until {node.name} is active again, as no other node can take over",
            assume_yes=assume_yes,
        ):
            return 0
    nodes.drain(node, output.say)
    output.say(
        f"{node.name} is drained: nothing runs there until `mosaic cluster activate {node.name}`."
    )
    return 0


def activate(name: str) -> int:
    """Let tasks run on a node again."""
    node = nodes.find_node(name)
    nodes.activate(node)
    output.say(f"{node.name} is active. `mosaic cluster status` shows what runs there.")
    if not node.is_up:
        output.say(f"warning: {node.name} is down\n  hint: start it; nothing runs there meanwhile")
    return 0


def remove(name: str, *, assume_yes: bool) -> int:
    """Take a node out of the Swarm; refused where data is on it."""
    node = nodes.find_node(name)
    nodes.refuse_removal(node)
    if node.is_manager and (warning := warning_of(nodes.managers_without(node))):
        output.say(warning)
    if not agrees(
        f"Remove {node.name} from the Swarm?",
        f"{node.name} would be removed from the Swarm",
        assume_yes=assume_yes,
    ):
        return 0
    nodes.remove(node, output.say)
    output.say(f"{node.name} is no node of the Swarm any more.")
    output.say(f"On {node.name}, run `docker swarm leave --force` if it still exists.")
    for each in node.left:
        # The Swarm's label was all that knew of it.
        output.say(
            f"On its disk is old data of {each.service}, which nothing removes by itself: "
            f"`docker volume rm {each.project}_{each.service}` does, on {node.name}."
        )
    return 0


def _names(node: FoundNode) -> str:
    return " and ".join(each.service for each in node.bound)
