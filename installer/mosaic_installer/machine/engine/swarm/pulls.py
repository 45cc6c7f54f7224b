"""Images that the nodes of a Swarm pull: how long they get, and why one did not get it."""

from collections.abc import Mapping, Sequence

from mosaic_installer.core.cluster.bringing import words_of_lack
from mosaic_installer.core.cluster.node_names import joined, sorted_names
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.registry_errors import CERTIFICATES

DEADLINE = 60.0
"""Seconds that the nodes get for a job that ends at once."""
PULL = 600.0
"""Seconds that they get where they pull its image first."""


def is_pulled(image: str) -> bool:
    """Return whether nodes pull an image of that name; by an identifier, none does."""
    return "@" in image


def seconds_for(image: str) -> float:
    """Return how long the nodes get for a job of that image."""
    return PULL if is_pulled(image) else DEADLINE


def cannot_pull(image: str, lacking: Mapping[str, str]) -> EngineError:
    """Return the error of nodes that did not get an image; `lacking` is what they say, by name.

    An engine keeps the reason to itself and says that there is no such image. What this engine
    needed to reach the registry is what others will need.
    """
    host, nodes = image.partition("/")[0], sorted_names(lacking)
    return EngineError(
        f"{joined(nodes)} could not pull the image `{image}` ({words_of_lack(lacking)})",
        f"{_likely(host, nodes)}. On {nodes[0]}, `docker pull {image}` says what is wrong (after "
        f"`docker login {host}`, if the registry wants a password). Then run this again",
        identifier="image-missing-on-node",
    )


def _likely(host: str, nodes: Sequence[str]) -> str:
    named = joined(nodes)
    if is_insecure(host, Reader().info()):
        return (
            f"add {host} to `insecure-registries` in /etc/docker/daemon.json on {named}, as it is "
            "here, and restart Docker there"
        )
    if (CERTIFICATES / host).is_dir():
        return f"copy {CERTIFICATES / host} to {named}: they need the same certificate"
    return f"let {named} reach {host} and trust its certificate"


def is_insecure(host: str, info: Document) -> bool:
    """Return whether an engine was told to do without the TLS of that registry."""
    known = (info.get("RegistryConfig") or {}).get("IndexConfigs") or {}
    return (known.get(host) or {}).get("Secure") is False
