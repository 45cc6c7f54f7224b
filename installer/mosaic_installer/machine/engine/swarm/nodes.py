"""Nodes of a Swarm: drained, activated, removed; and what of installations is bound to each."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mosaic_installer.core.cluster.forgetting import how_to_forget
from mosaic_installer.core.cluster.quorum import has_majority
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import InstallerError, UnhealthyError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.bound import Bound, bound_to, old_data_on
from mosaic_installer.machine.engine.swarm.membership import all_nodes, swarm_of_this_machine
from mosaic_installer.machine.engine.swarm.swap import swap

if TYPE_CHECKING:
    import docker

DEADLINE = 120.0
"""Seconds that tasks get to end on a node, and a manager to become a worker."""
PAUSE = 0.3
JOIN_SECONDS = 900.0
"""How long a new node is waited for."""
ALIVE = {"assigned", "accepted", "preparing", "ready", "starting", "running"}


@frozen
class FoundNode:
    """A node as its Swarm knows it now."""

    identifier: str
    name: str
    is_manager: bool
    is_up: bool
    availability: str
    bound: tuple[Bound, ...]
    left: tuple[Bound, ...] = ()
    """The services of which moves have left old data there."""


def node_ids() -> set[str]:
    """Return the identifiers of all nodes."""
    return {str(row["ID"]) for row in all_nodes()}


def wait_for_new_node(before: set[str]) -> str:
    """Return the name of a node that was none of those before, once it is ready.

    Raises `InstallerError` where none has come after `JOIN_SECONDS`.
    """
    until = time.monotonic() + JOIN_SECONDS
    while time.monotonic() < until:
        for row in all_nodes():
            if row["ID"] not in before and row["Status"]["State"] == "ready":
                return _name(row)
        time.sleep(PAUSE)
    raise InstallerError(
        f"no machine joined within {JOIN_SECONDS / 60:.0f} minutes",
        "run `mosaic cluster join-token` again",
        identifier="node-unknown",
    )


def find_node(wanted: str) -> FoundNode:
    """Return the node of that name or identifier; raises `InstallerError` without exactly one."""
    swarm_of_this_machine()
    rows = all_nodes()
    found = [row for row in rows if wanted in {row["ID"], _name(row)}]
    if not found:
        names = ", ".join(map(_name, rows))
        raise InstallerError(
            f"the Swarm has no node `{wanted}`", f"it has {names}", identifier="node-unknown"
        )
    if len(found) > 1:
        identifiers = ", ".join(str(row["ID"]) for row in found)
        raise InstallerError(
            f"{len(found)} nodes are called `{wanted}`",
            f"name the one you mean by its identifier: {identifiers}",
            identifier="node-unknown",
        )
    return _read(found[0], rows)


def drain(node: FoundNode, tell: Callable[[str], None]) -> None:
    """Let nothing run on a node any more; returns once its tasks have ended."""
    with opened_engine() as client:
        _respecify(client, node.identifier, Availability="drain")
    if node.is_up:
        _wait_until_idle(node, tell)


def activate(node: FoundNode) -> None:
    """Let tasks run on a node again."""
    with opened_engine() as client:
        _respecify(client, node.identifier, Availability="active")


def remove(node: FoundNode, tell: Callable[[str], None]) -> None:
    """Take a node out of the Swarm, once its tasks have ended."""
    if node.availability != "drain":
        drain(node, tell)
    if node.is_manager:
        tell(f"making {node.name} a worker first")
        with opened_engine() as client:
            _respecify(client, node.identifier, Role="worker")
        _wait_until_demoted(node)
    with opened_engine() as client:
        api: Any = client.api  # the stubs of the SDK know little of a Swarm
        api.remove_node(node.identifier, force=True)


def refuse_removal(node: FoundNode) -> None:
    """Raise `InstallerError` where data is bound to a node, it is this machine, or too few managers
    would be left.
    """
    here = str(swarm_of_this_machine()["NodeID"])
    if data := [each for each in node.bound if each.has_data]:
        held = " and ".join(f"{each.service} of {each.project}" for each in data)
        way = f"move it first, where it was installed: `mosaic cluster move {data[0].service} NODE`"
        gone = f"; if it is gone for good, {how_to_forget(node.name)} forgets it, data and all"
        raise InstallerError(
            f"{node.name} has the data of {held}, which would be lost with it",
            f"{way}; `mosaic cluster drain` stops a node for a while, and leaves its data there"
            if node.is_up
            else f"start it, then {way}{gone}",
            identifier="data-on-node",
        )
    if node.identifier == here:
        raise InstallerError(
            f"{node.name} is this machine",
            "remove it on another manager",
            identifier="data-on-node",
        )
    if node.is_manager:
        _refuse_without_majority(node)


def managers_without(node: FoundNode) -> int:
    """Return how many managers there would be without that node."""
    return len(_managers_but(node))


def _managers_but(node: FoundNode) -> Documents:
    return [row for row in all_nodes() if is_manager(row) and row["ID"] != node.identifier]


def _refuse_without_majority(node: FoundNode) -> None:
    left = _managers_but(node)
    reachable = [row for row in left if is_reachable(row)]
    if not has_majority(len(left), len(reachable)):
        raise InstallerError(
            f"without {node.name}, {len(reachable)} of {len(left)} managers could be reached: too "
            "few to change anything",
            "bring the other managers back, or promote a node first (`docker node promote NODE`)",
            identifier="no-quorum",
        )


def is_manager(row: Document) -> bool:
    """Return whether a node is one of the managers: one that was left behind is only called so."""
    return bool(row.get("ManagerStatus"))


def is_reachable(row: Document) -> bool:
    """Return whether the other managers hear of a manager."""
    return (row.get("ManagerStatus") or {}).get("Reachability") == "reachable"


def _wait_until_idle(node: FoundNode, tell: Callable[[str], None]) -> None:
    until, told = time.monotonic() + DEADLINE, 0
    while left := _tasks_on(node):
        if time.monotonic() > until:
            raise UnhealthyError(
                f"{left} tasks did not end on {node.name} within {DEADLINE:.0f} s",
                f"`docker node ps {node.name}` shows them; the node stays drained",
            )
        if left != told:
            tell(f"waiting for {left} {'task' if left == 1 else 'tasks'} on {node.name} to end")
            told = left
        time.sleep(PAUSE)


def _tasks_on(node: FoundNode) -> int:
    tasks = [task for task in Reader().tasks() if task.get("NodeID") == node.identifier]
    return sum(task["Status"]["State"] in ALIVE for task in tasks)


def _wait_until_demoted(node: FoundNode) -> None:
    until = time.monotonic() + DEADLINE
    while any(row["ID"] == node.identifier and is_manager(row) for row in all_nodes()):
        if time.monotonic() > until:
            raise UnhealthyError(
                f"{node.name} did not become a worker within {DEADLINE:.0f} s",
                "`docker node ls` says how it stands; run this again",
            )
        time.sleep(PAUSE)


def _respecify(client: "docker.DockerClient", identifier: str, **changes: str) -> None:
    api: Any = client.api
    swap(
        lambda: api.inspect_node(identifier),
        lambda row: api.update_node(
            identifier, row["Version"]["Index"], {**row["Spec"], **changes}
        ),
    )


def _read(row: Document, rows: Documents) -> FoundNode:
    return FoundNode(
        identifier=str(row["ID"]),
        name=_name(row),
        is_manager=is_manager(row),
        is_up=row["Status"]["State"] == "ready",
        availability=str(row["Spec"]["Availability"]),
        bound=bound_to(row, rows),
        left=old_data_on(row),
    )


def _name(row: Document) -> str:
    return str(row["Description"]["Hostname"])
