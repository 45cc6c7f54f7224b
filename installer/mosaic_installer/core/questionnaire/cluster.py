"""The rows of the questionnaire about a Swarm of several nodes."""

import re
from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import WITH_CONTAINERS, Is
from mosaic_installer.core.questionnaire.kinds import Kind
from mosaic_installer.core.questionnaire.setting import Setting


def parse_registry(text: str) -> str:
    """Accept where a registry is: a host that cannot be mistaken for a name on Docker Hub."""
    name = text.strip().rstrip("/")
    host = r"(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?P<port>:[0-9]{1,5})?)"
    path = r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    found = re.fullmatch(rf"{host}{path}", name)
    is_host = found and (found["port"] or "." in found["host"] or found["host"] == "localhost")
    if not found or not is_host:
        raise ValueError(
            "a registry looks like `registry.example.org:5000` or `registry.example.org/team`, "
            "without `https://`"
        )
    return name


REGISTRY = Kind(
    parse=parse_registry, examples=("registry.example.org:5000", "registry.example.org/team")
)
ON_SWARM = (WITH_CONTAINERS, Is("gateway.runtime", ("swarm",)))


@frozen
class ClusterAnswers:
    """What the nodes of a Swarm share."""

    registry: Annotated[
        str | None,
        Setting(
            key="cluster.registry",
            variable="MOSAIC_CLUSTER_REGISTRY",
            prompt="Registry for the images",
            help="All images are pushed there, and other nodes pull them from there. Sign in with "
            "`docker login` first, if it wants a password.",
            kind=REGISTRY,
            when=ON_SWARM,
            default_note="none: you bring images to other nodes yourself",
            is_optional=True,
        ),
    ]
