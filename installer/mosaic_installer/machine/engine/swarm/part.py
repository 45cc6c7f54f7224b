"""What an engine lists of a service on its Swarm, read."""

from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.part import Part
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Document, Reader


def services_on_swarm(
    reader: Reader | None = None, label: str = labels.PROJECT
) -> tuple[Part, ...]:
    """Return the services with this label on the Swarm that this engine manages: all of ours.

    None where it manages none, or cannot say: a manager without most of the others knows nothing.
    """
    asked = reader or Reader()
    try:
        if not (asked.info().get("Swarm") or {}).get("ControlAvailable"):
            return ()
        return tuple(map(part_of_service, asked.services(label)))
    except EngineError:
        return ()


def part_of_service(row: Document) -> Part:
    """Return what we tell of a service: its name and what it publishes."""
    spec = row["Spec"]
    marks = spec.get("Labels") or {}
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
    )
