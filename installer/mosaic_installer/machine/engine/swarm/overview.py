"""What a Swarm has of one installation: nodes, services and their tasks, as people ask for it."""

from collections.abc import Mapping, Sequence
from contextlib import closing

from mosaic_installer.core.cluster.move import why_stopped
from mosaic_installer.core.cluster.node_names import sorted_names
from mosaic_installer.core.cluster.overview import MISSING, Node, Overview, ServiceRow
from mosaic_installer.core.containers.labels import PROJECT
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.machine.engine import questions
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.membership import (
    PATIENCE,
    all_nodes,
    swarm_of_this_machine,
)
from mosaic_installer.machine.engine.swarm.nodes import is_manager, is_reachable
from mosaic_installer.machine.engine.swarm.tasks import (
    current_tasks,
    pending_of,
    replicas_of,
    wanted_tasks,
)


def overview_of(stack: Stack) -> Overview:
    """Return what the Swarm has of `stack`.

    Raises `InstallerError` where this machine manages no Swarm, `EngineError` where it cannot be
    asked.
    """
    with closing(Look(timeout=PATIENCE)) as look:
        look.begin(questions.INFO, questions.NODES)
        look.begin(questions.services(PROJECT), questions.tasks())
        this = str(swarm_of_this_machine(look)["NodeID"])
        found = Found(stack, look)
        services, tasks, names = found.services(), found.tasks(), found.nodes()
        rows = tuple(
            _row(name, services.get(name), tasks.get(name, ()), found) for name in stack.services
        )
        nodes = tuple(map(_node, all_nodes(look)))
    return Overview(nodes=nodes, services=rows, here=names.get(this, ""))


def nodes_seen() -> tuple[Node, ...]:
    """Return the nodes of the Swarm that this machine manages; raises like `overview_of`."""
    swarm_of_this_machine()
    return tuple(map(_node, all_nodes()))


def _node(row: Document) -> Node:
    return Node(
        name=str(row["Description"]["Hostname"]),
        is_manager=is_manager(row),
        is_leader=bool((row.get("ManagerStatus") or {}).get("Leader")),
        is_reachable=is_reachable(row),
        state=str(row["Status"]["State"]),
        availability=str(row["Spec"]["Availability"]),
        engine=str((row["Description"].get("Engine") or {}).get("EngineVersion", "")),
    )


def _row(
    name: str,
    service: Document | None,
    tasks: tuple[Document, ...],
    found: Found,
) -> ServiceRow:
    names, wanted = found.nodes(), wanted_tasks(tasks)
    now = [task for task in wanted if task["Status"]["State"] == "running"]
    running = current_tasks(service, now) if service is not None else []
    return ServiceRow(
        name=name,
        wanted=replicas_of(service) if service is not None else 1,
        running=len(running),
        nodes=_places(running, names),
        older=_places([task for task in now if task not in running], names),
        coming=_places([task for task in wanted if task not in now], names),
        places=tuple(sorted_names(names.get(place, place) for place in found.places(name))),
        left=found.left_on(name),
        tasks=tuple(str(task["ID"]) for task in running),
        troubles=(MISSING,) if service is None else _troubles(name, service, tasks, found),
    )


def _troubles(
    name: str, service: Document, tasks: tuple[Document, ...], found: Found
) -> tuple[str, ...]:
    """Return what keeps a service from running, in the words of its nodes or of the manager."""
    if not replicas_of(service):
        return (why_stopped(name, found.unfinished_moves()),)
    names = found.nodes()
    each = (pending_of([task], names) for task in wanted_tasks(tasks))
    return tuple(dict.fromkeys(str(trouble) for trouble in each if trouble))


def _places(tasks: Sequence[Document], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the nodes of tasks that have one, as often as they have one."""
    nodes = (names.get(str(task.get("NodeID", "")), "") for task in tasks)
    return tuple(sorted_names(name for name in nodes if name))
