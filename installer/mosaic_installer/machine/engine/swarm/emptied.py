"""Whether a registry still has the images that services name: a node that lacks one asks it."""

from typing import Any

from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.core.containers.own_registry import name_in, registry_of
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Documents
from mosaic_installer.machine.engine.registry_errors import explained_of_registry
from mosaic_installer.machine.engine.swarm.found import Found

NOT_THERE = 404


@frozen
class Asked:
    """What came of asking."""

    gone: tuple[str, ...] = ()
    """What the registry called the images that it has no more, with their tags."""
    silent: str = ""
    """Why it could not be asked; empty where it was."""


def names_by_reference(rows: Documents) -> dict[str, str]:
    """Return the names of images in a registry by what services call them there.

    An image that was not pushed by us is left out.
    """
    found = {}
    for row in rows:
        reference = str(row["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"])
        image = str(labels_of(row["Spec"]).get(IMAGE, ""))
        if registry := registry_of(reference, image):
            found[reference] = name_in(registry, image)
    return found


def ask_registry(stack: Stack) -> Asked:
    """Ask for every image that a service of ours names by its digest."""
    names = names_by_reference(tuple(Found(stack).services().values()))
    if not names:
        return Asked()
    try:
        with opened_engine() as client:
            api: Any = client.api  # the stubs of the SDK
            return Asked(gone=tuple(names[each] for each in names if _is_gone(api, each)))
    except EngineError as error:
        return Asked(silent=error.message)


def _is_gone(api: Any, reference: str) -> bool:
    from docker.errors import APIError

    with explained_of_registry(reference):
        try:
            api.inspect_distribution(reference)
        except APIError as error:
            if error.status_code == NOT_THERE:
                return True
            raise
    return False
