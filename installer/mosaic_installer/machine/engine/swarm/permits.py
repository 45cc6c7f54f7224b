"""Permits: which service may begin with an empty volume. Any other one refuses to start on it."""

from copy import deepcopy

from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.containers.swarm import PERMIT
from mosaic_installer.core.machine.files import Files
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.found import Found, here
from mosaic_installer.machine.engine.swarm.specs import Spec

GIVEN = f"{PERMIT}=yes"


def may_begin(stack: Stack, found: Found, files: Files, service: str) -> bool:
    """Return whether a service gets a permit: where it never had data, or where somebody agreed
    that what is lost is lost; before, a check refuses that."""
    there = found.services().get(service)
    if there is not None:
        return has_permit(there["Spec"])  # once it is taken out, it never comes back
    proof = stack.layout.config / BY_NAME[service].proof
    name = f"{stack.project}_{service}"
    is_here = any(row["Name"] == name for row in Reader().volumes())
    is_elsewhere = found.places(service) not in ((), (here(),))
    return files.kind(proof) == "absent" or not (is_here or is_elsewhere)


def has_permit(spec: Document) -> bool:
    """Return whether a service has one."""
    return GIVEN in (spec["TaskTemplate"]["ContainerSpec"].get("Env") or ())


def without_permit(spec: Spec) -> Spec:
    """Return the same service without it."""
    changed = deepcopy(spec)
    container = changed["TaskTemplate"]["ContainerSpec"]
    container["Env"] = [each for each in container["Env"] if each != GIVEN]
    return changed
