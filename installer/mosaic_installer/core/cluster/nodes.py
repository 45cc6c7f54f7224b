"""What is wrong with the nodes of a Swarm, and with the ways from here to them."""

from collections.abc import Mapping

from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.cluster.oldest import OLDEST_ENGINE, OLDEST_NAME
from mosaic_installer.core.cluster.overview import Node
from mosaic_installer.core.cluster.problem import Problem
from mosaic_installer.core.cluster.quorum import losses_survived
from mosaic_installer.core.cluster.seen import Unreached
from mosaic_installer.core.containers.version import version_of


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
            message=f"{node.name}, which has the data of {joined(data)}, is {node.state}",
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
                message=f"{joined(lost)} cannot be reached by the other managers",
                hint="bring it back, before too few are left to change anything",
            )
        )
    return problems


def _engines(nodes: tuple[Node, ...]) -> list[Problem]:
    old = [node for node in nodes if version_of(node.engine) < OLDEST_ENGINE]
    if old:
        named = joined([f"{node.name} ({node.engine})" for node in old])
        return [
            Problem(
                message=f"the engine is too old on {named}: services need {OLDEST_NAME} or later",
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
