"""`mosaic cluster check`: what is wrong with the nodes of a Swarm, and between them."""

from mosaic_installer.core.containers.quorum import losses_survived
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import DriftFound
from mosaic_installer.machine.engine.swarm.overview import Node, nodes_seen
from mosaic_installer.machine.engine.swarm.reach import Unreached, unreached_ports
from mosaic_installer.ui import output


@frozen
class Problem:
    """What is wrong, and what to do about it."""

    message: str
    hint: str


def check(*, as_json: bool) -> int:
    """Print what is wrong; the exit code is 9 where anything is."""
    nodes = nodes_seen()
    problems = problems_of(nodes, unreached_ports())
    if as_json:
        rows = [{"message": each.message, "hint": each.hint} for each in problems]
        output.document({"schema": SCHEMA, "healthy": not problems, "problems": rows})
    elif not problems:
        named = "1 node" if len(nodes) == 1 else f"{len(nodes)} nodes"
        output.data(f"No problems found in a Swarm of {named}.")
    else:
        for each in problems:
            output.data(f"✗ {each.message}\n  hint: {each.hint}")
    return DriftFound.exit_code if problems else 0


def problems_of(nodes: tuple[Node, ...], unreached: tuple[Unreached, ...]) -> list[Problem]:
    """Return what is wrong with these nodes, and with the ways from here to them."""
    return [
        *(_lost(node) for node in nodes if node.state != "ready"),
        *_quorum([node for node in nodes if node.is_manager]),
        *_engines(nodes),
        *(_closed(each) for each in unreached),
    ]


def _lost(node: Node) -> Problem:
    return Problem(
        message=f"{node.name} is {node.state}",
        hint="start that machine and its engine; if it is gone for good, `mosaic cluster remove "
        f"{node.name}`",
    )


def _quorum(managers: list[Node]) -> list[Problem]:
    count = len(managers)
    lost = [node.name for node in managers if not node.is_reachable]
    problems = []
    if count > 1 and count % 2 == 0:
        problems.append(
            Problem(
                message=f"{count} managers survive the loss of {losses_survived(count)}, no more "
                f"than {count - 1} would",
                hint="let one more join (`mosaic cluster join-token --manager`), or demote one "
                "(`docker node demote NODE`)",
            )
        )
    if lost:
        problems.append(
            Problem(
                message=f"{' and '.join(lost)} cannot be reached by the other managers",
                hint="bring it back, before too few are left to change anything",
            )
        )
    return problems


def _engines(nodes: tuple[Node, ...]) -> list[Problem]:
    versions = sorted({node.engine for node in nodes})
    if len(versions) < 2:
        return []
    named = ", ".join(f"{node.name} {node.engine}" for node in nodes)
    return [
        Problem(
            message=f"the engines are of different versions: {named}",
            hint="update the older ones, one node after the other: `mosaic cluster drain NODE` "
            "first, `mosaic cluster activate NODE` afterwards",
        )
    ]


def _closed(port: Unreached) -> Problem:
    return Problem(
        message=f"port {port.port}/tcp of {port.node} does not answer from here: {port.reason}",
        hint="open 2377/tcp, 7946/tcp, 7946/udp and 4789/udp between all nodes",
    )
