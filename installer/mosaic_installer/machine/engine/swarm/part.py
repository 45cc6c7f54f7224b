"""What an engine lists of a service on its Swarm, read."""

from collections.abc import Iterable, Iterator, Sequence

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.own_registry import registry_of
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.frozen import replace
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.keeper import keeper_seen_by

OF_SERVICE = "com.docker.swarm.service.name"
"""The label that a Swarm gives to the containers of a service, with its name."""


def services_on_swarm(
    reader: Reader | None = None, label: str = labels.PROJECT
) -> tuple[Part, ...]:
    """Return the services with this label on the Swarm that this engine manages: all of ours.

    None where it manages none, or cannot say: a manager without most of the others knows nothing.
    """
    asked = reader or Reader()
    try:
        is_manager = bool((asked.info().get("Swarm") or {}).get("ControlAvailable"))
    except EngineError:
        return ()
    return services_of_manager(asked, label) if is_manager else ()


def services_of_manager(reader: Reader, label: str = labels.PROJECT) -> tuple[Part, ...]:
    """Return the same of an engine that is known to manage one."""
    try:
        services = tuple(_with_keeper(map(part_of_service, reader.services(label)), reader))
        is_all = label == labels.PROJECT
        return (*services, *(_ending(reader, services) if is_all else ()))
    except EngineError:
        return ()


def _with_keeper(parts: Iterable[Part], reader: Reader) -> Iterator[Part]:
    for part in parts:
        keeper = keeper_seen_by(reader, part.project)
        yield replace(part, keeper=keeper) if keeper else part


def healthy_task(reader: Reader, service: str) -> str:
    """Return the container of a healthy task of that service on this node, empty without one."""
    rows = reader.containers(labels.STACK)
    tasks = (row for row in rows if labels_of(row).get(OF_SERVICE) == service)
    return next((str(row["Id"]) for row in tasks if "(healthy)" in str(row.get("Status"))), "")


def _ending(reader: Reader, services: Sequence[Part]) -> Iterator[Part]:
    """Yield what tasks of removed services still hold on this node, until they have ended."""
    there = {part.name for part in services}
    for row in reader.containers(labels.STACK):
        marks = labels_of(row)
        name = str(marks.get(OF_SERVICE, ""))
        if marks.get(labels.SERVICE) and name and name not in there:
            ports = (port for port in row.get("Ports") or () if port.get("PublicPort"))
            yield Part(
                kind="service",
                name=name,
                project=str(marks[labels.STACK]),
                home="",
                service=str(marks[labels.SERVICE]),
                ports=tuple(
                    {(int(port["PublicPort"]), int(port["PrivatePort"])) for port in ports}
                ),
            )


def part_of_service(row: Document) -> Part:
    """Return what we tell of a service: its name, what it publishes, and what its answers were."""
    spec = row["Spec"]
    marks = spec.get("Labels") or {}
    container = (spec.get("TaskTemplate") or {}).get("ContainerSpec") or {}
    privileges = container.get("Privileges") or {}
    ports = (spec.get("EndpointSpec") or {}).get("Ports") or ()
    published = {(int(port["PublishedPort"]), int(port["TargetPort"])) for port in ports}
    return Part(
        kind="service",
        name=str(spec["Name"]),
        project=marks.get(labels.PROJECT, ""),
        home=marks.get(labels.HOME, ""),
        service=marks.get(labels.SERVICE, ""),
        image=marks.get(labels.IMAGE, ""),
        ports=tuple(sorted(published)),
        replicas=int(((spec.get("Mode") or {}).get("Replicated") or {}).get("Replicas") or 0),
        is_in_mesh=any(port.get("PublishMode") == "ingress" for port in ports),
        registry=registry_of(str(container.get("Image", "")), str(marks.get(labels.IMAGE, ""))),
        is_in_stack_words=not privileges.get("NoNewPrivileges"),
    )
