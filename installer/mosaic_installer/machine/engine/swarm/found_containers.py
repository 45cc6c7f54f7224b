"""The tasks of services in the words that we have for containers, and what they wait for."""

from mosaic_installer.core.frozen import replace
from mosaic_installer.core.machine.containers import FoundContainer
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.standing import waited_for
from mosaic_installer.machine.engine.swarm.tasks import container_of, wanted_tasks


def found_containers(seen: Found) -> tuple[FoundContainer, ...]:
    """Return every task that is to run, by the name of its service."""
    services, tasks = seen.services(), seen.tasks()
    return tuple(
        _with_wait(container_of(name, services[name], task), seen)
        for name in sorted(services)
        for task in wanted_tasks(tasks.get(name, ()))
    )


def _with_wait(row: FoundContainer, seen: Found) -> FoundContainer:
    if row.state != "created":
        return row  # the nodes are asked for only where something waits
    return replace(row, waits_for=waited_for(seen.places(row.service), seen.node_rows()))
