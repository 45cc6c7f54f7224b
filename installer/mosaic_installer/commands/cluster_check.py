"""`mosaic cluster check`: what is wrong with the nodes of a Swarm, and between them."""

from collections.abc import Mapping

from mosaic_installer.commands.cluster_network import (
    notes_of,
    problem_of_overlap,
    problems_of_traffic,
)
from mosaic_installer.commands.opening import installed_on_swarm
from mosaic_installer.commands.problem import Problem
from mosaic_installer.core.containers.quorum import losses_survived
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.version import version_of
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.errors import DriftFound, InstallerError
from mosaic_installer.machine.engine.swarm.overview import Node, nodes_seen
from mosaic_installer.machine.engine.swarm.reach import (
    Unreached,
    data_by_node,
    node_names,
    unreached_ports,
)
from mosaic_installer.machine.engine.swarm.subnets import overlaps
from mosaic_installer.machine.engine.swarm.traffic import traffic_of
from mosaic_installer.ui import output

OLDEST = (25,)
"""The oldest engine that forbids a service of a Swarm to gain privileges (API 1.44)."""


def check(*, as_json: bool) -> int:
    """Print what is wrong; the exit code is 9 where anything is."""
    nodes = nodes_seen()
    problems = problems_of(nodes, unreached_ports(), data_by_node())
    problems += [problem_of_overlap(each) for each in overlaps()]
    stack = _stack_here()
    if stack is None:
        notes = ["the network between services was not tried: nothing is installed from here"]
    else:
        names = node_names()
        traffic = traffic_of(stack, output.say)
        problems += problems_of_traffic(traffic, names) if traffic else []
        notes = notes_of(traffic, names)
    if as_json:
        rows = [{"message": each.message, "hint": each.hint} for each in problems]
        shown = {"healthy": not problems, "problems": rows, "notes": notes}
        output.document({"schema": SCHEMA, **shown})
    else:
        _print(problems, notes, len(nodes))
    return DriftFound.exit_code if problems else 0


def _print(problems: list[Problem], notes: list[str], nodes: int) -> None:
    for each in problems:
        output.data(f"✗ {each.message}\n  hint: {each.hint}")
    if not problems:
        named = "1 node" if nodes == 1 else f"{nodes} nodes"
        output.data(f"No problems found in a Swarm of {named}.")
    for note in notes:
        output.data(f"note: {note}")


def _stack_here() -> Stack | None:
    """Return the stack that is installed from here; None where there is none on the Swarm."""
    try:
        _machine, stack = installed_on_swarm()
    except InstallerError as error:
        if error.identifier in {"not-installed", "not-on-swarm"}:
            return None
        raise
    return stack


def problems_of(
    nodes: tuple[Node, ...],
    unreached: tuple[Unreached, ...],
    data: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Problem]:
    """Return what is wrong with these nodes, and with the ways from here to them.

    `data` are the services whose data is on a node alone, by the node's name.
    """
    held = data or {}
    return [
        *(_lost(node, held.get(node.name, ())) for node in nodes if node.state != "ready"),
        *_quorum([node for node in nodes if node.is_manager]),
        *_engines(nodes),
        *(_closed(each) for each in unreached),
    ]


def _lost(node: Node, data: tuple[str, ...]) -> Problem:
    if data:
        return Problem(
            message=f"{node.name}, which has the data of {' and '.join(data)}, is {node.state}",
            hint="start that machine and its engine; only a backup brings the data back without it",
        )
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
    old = [node for node in nodes if version_of(node.engine) < OLDEST]
    if old:
        named = " and ".join(f"{node.name} ({node.engine})" for node in old)
        return [
            Problem(
                message=f"the engine is too old on {named}: services need Docker 25 or later",
                hint="update Docker there; until then, services may lose limits on what they can "
                "do without a word",
            )
        ]
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
