"""The folder of the configuration is gone, the containers are not: what they say of it."""

from contextlib import closing
from pathlib import Path

from mosaic_installer.core.containers.labels import HOME
from mosaic_installer.core.facts import Part
from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.address import find_address
from mosaic_installer.machine.engine.glance import has_labelled

SECONDS = 5.0


def lost_parts(layout: Layout) -> tuple[Part, ...]:
    """Return what is on the engine of the installation in this folder, which knows nothing of it.

    Nothing where no engine answers: then there is nothing to be found again either.
    """
    try:
        address = find_address()
    except EngineError:
        return ()
    path = Path(address.url.removeprefix("unix://"))
    label = f"{HOME}={layout.root}"
    if not path.exists() or not has_labelled(path, label, SECONDS):
        return ()
    from mosaic_installer.machine.engine.connection import connect
    from mosaic_installer.machine.engine.errors import explained
    from mosaic_installer.machine.engine.probe import containers_and_volumes

    try:
        with closing(connect(address, SECONDS)) as client, explained():
            return containers_and_volumes(client, label)
    except EngineError:
        return ()
