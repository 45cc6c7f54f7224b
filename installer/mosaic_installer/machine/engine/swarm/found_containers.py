"""The tasks of services in the words that we have for containers, and what they wait for."""

from collections.abc import Mapping

from mosaic_installer.core.cluster.move import Move
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.standing import waited_for
from mosaic_installer.machine.engine.swarm.tasks import (
    container_of,
    image_of,
    replicas_of,
    wanted_tasks,
)


def found_containers(seen: Found) -> tuple[FoundContainer, ...]:
    """Return every task that is to run, by the name of its service.

    A service that runs nowhere because of a move that has not ended has a row that says so.
    """
    services, tasks = seen.services(), seen.tasks()
    rows = [
        _with_wait(container_of(name, services[name], task), seen)
        for name in sorted(services)
        for task in wanted_tasks(tasks.get(name, ()))
    ]
    idle = [name for name in services if not replicas_of(services[name])]
    # The nodes are asked for only where something waits.
    moves = seen.unfinished_moves() if idle else ()
    return (*rows, *(_moving(move, services) for move in moves if move.service in idle))


def _moving(move: Move, services: Mapping[str, Document]) -> FoundContainer:
    return FoundContainer(
        service=move.service,
        image=image_of(services[move.service]),
        state="absent",
        since=None,
        ports=(),
        waits_for=f"its move to {move.target}, which has not ended",
    )


def _with_wait(row: FoundContainer, seen: Found) -> FoundContainer:
    if row.state != "created":
        return row
    return replace(row, waits_for=waited_for(seen.places(row.service), seen.node_rows()))
