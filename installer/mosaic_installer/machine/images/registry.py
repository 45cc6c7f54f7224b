"""Ask registries, through the engine, whether they have others of the images that are here.

The engine asks with the credentials of `docker login`, and says nothing but a digest; nothing is
fetched. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Distribution
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mosaic_installer.core.containers.registry_image import RegistryImage
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import plain_name
from mosaic_installer.machine.engine.errors import explained
from mosaic_installer.machine.engine.reader import Document, Reader

if TYPE_CHECKING:
    from docker import DockerClient

TIMEOUT = 30.0
"""The longest silence of an engine that asks a registry, in seconds."""


def registry_images(names: Sequence[str]) -> tuple[RegistryImage, ...]:
    """Return what registries have of these images, asked all at once.

    An image that is not here, that was made here, or that is named by its digest is left out.
    """
    here = {name: digests for name in names if (digests := digests_of(name)) and "@" not in name}
    return _ask(here) if here else ()


def digests_of(name: str) -> frozenset[str]:
    """Return the digests by which the registry of that name knows the image."""
    row = Reader().image(name)
    return frozenset() if row is None else known_digests(name, row)


def known_digests(name: str, row: Document) -> frozenset[str]:
    """Return those of an image that are of the repository of this name.

    An image that was given another name keeps the digests of its former one.
    """
    head, slash, last = name.rpartition("/")
    repository = plain_name(f"{head}{slash}{last.partition(':')[0]}")
    known = (str(each).partition("@") for each in row.get("RepoDigests") or ())
    return frozenset(digest for of, _, digest in known if plain_name(of) == repository)


def _ask(here: Mapping[str, frozenset[str]]) -> tuple[RegistryImage, ...]:
    from concurrent.futures import ThreadPoolExecutor

    with opened_engine(TIMEOUT) as client, ThreadPoolExecutor(len(here)) as pool:
        return tuple(pool.map(lambda name: _compared(client, name, here[name]), here))


def _compared(client: "DockerClient", name: str, known: frozenset[str]) -> RegistryImage:
    try:
        with explained():
            said = client.api.inspect_distribution(name)  # type: ignore[no-untyped-call] # the stubs
            digest = str(said["Descriptor"]["digest"])
    except EngineError as error:
        return RegistryImage(name=name, reason=error.message)
    return RegistryImage(name=name, digest=digest, is_here=digest in known)
