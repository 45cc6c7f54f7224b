"""A glance at the container engine for the first screen: is there one, and which?"""

from mosaic_installer.core.containers.engine import Engine
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.address import find_address
from mosaic_installer.machine.engine.reader import SOCKET, Reader

SECONDS = 1.0
"""The first question waits no longer for an engine that hangs."""


def glance_at_engine() -> Engine | None:
    """Return its name and version, or what is wrong with it; None for one on another host."""
    try:
        address = find_address()
        if not address.url.startswith(SOCKET):
            return None
        version = Reader(address, SECONDS).version()
    except EngineError as error:
        is_absent = error.identifier == "engine-missing"
        return Engine(
            address="", problem="absent" if is_absent else "unreachable", reason=error.message
        )
    return Engine(
        address=address.url,
        version=str(version.get("Version", "")),
        is_podman="Podman" in str(version.get("Components")),
    )
