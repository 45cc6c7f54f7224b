"""On which node a service runs: chosen before it has data there, and proven to have its image."""

from collections.abc import Callable

from mosaic_installer.core.cluster.bringing import how_to_bring
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found, here
from mosaic_installer.machine.engine.swarm.nodes import FoundNode
from mosaic_installer.machine.engine.swarm.pulls import cannot_pull, is_pulled
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.spread import prove


@frozen
class Image:
    """An image by its name, and by the identifier that it has on every node."""

    name: str
    identifier: str


def prove_elsewhere(
    changes: Changes,
    found: Found,
    service: tuple[str, Spec, str],
    tell: Callable[[str], None],
) -> None:
    """Let nothing of a service on other nodes be changed unless these have its new image.

    Raises `EngineError`, which names the node.
    """
    name, spec, image = service
    this, there = here(), found.services().get(name)
    others = [node for node in found.places(name) if node != this]
    if not others or (there is not None and _image_of(there["Spec"]) == _image_of(spec)):
        return
    names = found.nodes()
    for node in others:
        tell(f"looking whether {names.get(node, node)} has the image of {name}")
        _prove_on(changes, spec, image, (node, names.get(node, node)))


def prove_on(changes: Changes, stack: Stack, service: str, image: Image, node: FoundNode) -> None:
    """Raise `EngineError` unless that node has the image of a service."""
    spec = job_spec(stack, service, image)
    _prove_on(changes, spec, image.name, (node.identifier, node.name))


def job_spec(stack: Stack, service: str, image: Image) -> Spec:
    """Return as much of a service that may not be there yet as its jobs are made of."""
    return {
        "Name": f"{stack.project}_{service}",
        "Labels": stack.labels,
        "TaskTemplate": {"ContainerSpec": {"Image": image.identifier}},
    }


def _prove_on(changes: Changes, spec: Spec, image: str, node: tuple[str, str]) -> None:
    identifier, name = node
    cause = prove(changes, spec).lacking.get(identifier)
    if cause is not None and is_pulled(_image_of(spec)):
        raise cannot_pull(_image_of(spec), {name: cause})
    if cause is not None:
        raise EngineError(
            f"{name} lacks the image `{image}` ({cause})",
            how_to_bring(image, (name,)),
            identifier="image-missing-on-node",
        )


def _image_of(spec: Spec) -> str:
    return str(spec["TaskTemplate"]["ContainerSpec"]["Image"])


def node_of_data(found: Found, stack: Stack, service: str, *, is_known: bool) -> str:
    """Return the identifier of the node that has the data of a service; empty where none has.

    `is_known`: whether the service has had a secret here, so that it may have run before.
    """
    if not BY_NAME[service].volume:
        return ""
    this, places = here(), found.places(service)
    place = places[0] if places else this
    if place == this:
        volume = f"{stack.project}_{service}"
        return this if any(row["Name"] == volume for row in Reader().volumes()) else ""
    return place if service in found.services() or is_known else ""


def refuse_down(node: FoundNode) -> None:
    """Raise `InstallerError` where a node is given no tasks now."""
    if not node.is_up:
        raise InstallerError(
            f"{node.name} is down", "start it, then run this again", identifier="node-unreachable"
        )
    if node.availability != "active":
        raise InstallerError(
            f"nothing runs on {node.name} now: it is set to `{node.availability}`",
            f"run `mosaic cluster activate {node.name}` first",
            identifier="node-unreachable",
        )
