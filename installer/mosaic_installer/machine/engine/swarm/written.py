"""Whether a service on the Swarm is still what our file says."""

from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.permits import has_permit
from mosaic_installer.machine.engine.swarm.specs import Definition, Identifiers, is_within
from mosaic_installer.machine.engine.swarm.tasks import fingerprint_of


def is_as_written(definition: Definition, found: Found, name: str, row: Document) -> bool:
    """Return whether a service is what it was made: with its fingerprint and its permit.

    An image that this engine has lost since is taken for the one that the service has.
    """
    container = row["Spec"]["TaskTemplate"]["ContainerSpec"]
    known = found.identifiers(definition, (name,))
    ids = Identifiers(
        network=known.network,
        images={definition.image(name): str(container["Image"]), **known.images},
        contents=known.contents,
        references=known.references,
    )
    permitted = has_permit(row["Spec"])
    wanted = definition.spec(name, fingerprint_of(container), ids, is_permitted=permitted)
    return is_within(wanted, row["Spec"])
