"""The folder of the configuration is gone, the containers or services are not: what they say."""

from pathlib import Path

from mosaic_installer.core.containers.labels import HOME
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.address import find_address
from mosaic_installer.machine.engine.probe import containers_and_volumes
from mosaic_installer.machine.engine.reader import SOCKET, Reader
from mosaic_installer.machine.engine.swarm.part import services_on_swarm

SECONDS = 5.0


def lost_parts(layout: Layout) -> tuple[Part, ...]:
    """Return what is on the engine of the installation in this folder, which knows nothing of it.

    Nothing where no engine answers: then there is nothing to be found again either. Nor is what
    another machine of a Swarm has in a folder of the same path.
    """
    parts = parts_of_folder(layout)
    others = {part.project for part in parts if part.keeper}
    return tuple(part for part in parts if part.project not in others)


def parts_of_folder(layout: Layout) -> tuple[Part, ...]:
    """Return all that is on the engine of an installation in a folder of this path."""
    try:
        address = find_address()
        if not Path(address.url.removeprefix(SOCKET)).exists():
            return ()
        reader, label = Reader(address, SECONDS), f"{HOME}={layout.root}"
        return (*containers_and_volumes(reader, label), *services_on_swarm(reader, label))
    except EngineError:
        return ()
