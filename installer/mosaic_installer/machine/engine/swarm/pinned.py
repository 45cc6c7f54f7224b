"""Images of a Swarm by what a registry calls them: with their digests, so that no node has another.

The service itself keeps which image of this engine its digest stands for. So a registry is asked
once for each image, and nothing that runs needs it any more.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mosaic_installer.core.containers.labels import IMAGE_ID, PROJECT, STACK_IMAGE
from mosaic_installer.core.containers.own_registry import repository_of
from mosaic_installer.core.frozen import replace
from mosaic_installer.machine.engine.container_row import labels_of
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.registry_errors import explained_of_registry
from mosaic_installer.machine.engine.swarm.specs import Definition, Identifiers

if TYPE_CHECKING:
    from docker import DockerClient


def references_in_use(images: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """Return what services of the Swarm call images; `images` are identifiers by registry name.

    An image that no service uses as it is here is left out.
    """
    rows = reader.services(PROJECT) if images else ()
    found = {name: reference_of(rows, name, identifier) for name, identifier in images.items()}
    return {name: reference for name, reference in found.items() if reference}


def reference_of(rows: Iterable[Document], name: str, identifier: str) -> str:
    """Return what services call an image of that registry name; empty where none uses it."""
    start = f"{repository_of(name)}@"
    for row in rows:
        container = row["Spec"]["TaskTemplate"].get("ContainerSpec") or {}
        image = str(container.get("Image", ""))
        if image.startswith(start) and labels_of(row["Spec"]).get(IMAGE_ID) == identifier:
            return image
    return ""


def as_run(row: Document, spec: Document) -> Document:
    """Return a row of our file with the image that a service has by its spec, as nodes pull it.

    As long as there is no such service, only the name and the tag in the registry are known.
    """
    marks = labels_of(spec)
    name = row.get("registry_name", row["image"])
    known = {key: marks[key] for key in (IMAGE_ID,) if key in marks}
    own = row["spec"]
    return {
        **row,
        "image": marks.get(STACK_IMAGE, name),
        "spec": {**own, "Labels": {**own["Labels"], **known}},
    }


def pinned(client: "DockerClient", ids: Identifiers, definition: Definition) -> Identifiers:
    """Return the identifiers with all that a registry has to be asked for.

    Raises `EngineError` where it does not answer, or lacks an image.
    """
    names = {
        definition.registry_name(service): definition.image(service) for service in definition.rows
    }
    missing = [
        name
        for name, image in names.items()
        if name and image in ids.images and name not in ids.references
    ]
    asked = {name: _resolved(client, name) for name in missing}
    return replace(ids, references={**ids.references, **asked})


def _resolved(client: "DockerClient", name: str) -> str:
    api: Any = client.api  # the stubs of the SDK
    with explained_of_registry(name):
        digest = str(api.inspect_distribution(name)["Descriptor"]["digest"])
    return f"{repository_of(name)}@{digest}"
