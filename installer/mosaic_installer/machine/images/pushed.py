"""Whether a registry has the images that the nodes of a Swarm are to pull from it."""

from collections.abc import Mapping

from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.found import is_in_none
from mosaic_installer.machine.engine.swarm.pinned import references_in_use
from mosaic_installer.machine.images.registry import registry_images


def not_pushed(names: Mapping[str, str], reader: Reader) -> tuple[str, ...]:
    """Return which images the registry does not have as they are here, or nobody can tell.

    `names` are what it calls them. What a service was made from was there; the registry is asked
    for the others alone, which a run pushed that was cut off.
    """
    rows = {name: reader.image(name) for name in names}
    here = {name: str(row["Id"]) for name, row in rows.items() if row is not None}
    wanted = {names[name]: here[name] for name in here}
    used = {} if is_in_none(reader) else references_in_use(wanted, reader)
    tagged = {names[name]: reader.image(names[name]) for name in here if names[name] not in used}
    asked = [
        names[name]
        for name in here
        if (row := tagged.get(names[name])) is not None and row["Id"] == here[name]
    ]
    there = {row.name for row in registry_images(asked) if row.is_here}
    return tuple(name for name in names if names[name] not in used.keys() | there)
