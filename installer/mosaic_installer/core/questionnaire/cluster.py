"""The rows of the questionnaire about a Swarm of several nodes."""

import re
from typing import Annotated

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import WITH_CONTAINERS, Is, With
from mosaic_installer.core.questionnaire.kinds import TEXT, Kind, integer
from mosaic_installer.core.questionnaire.pasted import KEY
from mosaic_installer.core.questionnaire.setting import Setting
from mosaic_installer.core.questionnaire.web_address import is_loopback, parse_web_address
from mosaic_installer.core.secret import Secret


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
    parse=parse_registry,
    examples=("registry.example.org:5000", "registry.example.org/team"),
    accepts="A host such as `registry.example.org:5000`, with or without a path after it.",
)


def parse_portainer_url(text: str) -> str:
    """Accept where Portainer is; a key that rules a Swarm never goes over a wire in the open."""
    url = parse_web_address(text).removesuffix("/api")
    if not url.startswith("https:") and not is_loopback(url):
        raise ValueError("the API key would be sent in the open: the address begins with https://")
    return url


PORTAINER_URL = Kind(
    parse=parse_portainer_url,
    examples=("https://portainer.example.org:9443",),
    accepts="An https URL, or an http URL of this machine.",
)
LONGEST_WATCH = 600
"""In seconds."""
ON_SWARM = (WITH_CONTAINERS, Is("gateway.runtime", ("swarm",)))
WITH_PORTAINER = (*ON_SWARM, With("cluster.portainer_url"))


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
    monitor: Annotated[
        int,
        Setting(
            key="cluster.monitor",
            variable="MOSAIC_CLUSTER_MONITOR",
            prompt="Seconds to watch the services",
            help="An installation that started something ends once all services have been running "
            "for so long, and fails as soon as one of them does. `0` does not wait.",
            kind=integer(0, LONGEST_WATCH),
            when=ON_SWARM,
            default="40",
        ),
    ]
    portainer_url: Annotated[
        str | None,
        Setting(
            key="cluster.portainer_url",
            variable="MOSAIC_PORTAINER_URL",
            prompt="Portainer URL",
            help="The services become a stack that belongs to this Portainer, with its file. They "
            "run without `no-new-privileges`, for which a stack file has no word.",
            kind=PORTAINER_URL,
            when=ON_SWARM,
            default_note="none: Portainer shows the stack with limited control",
            is_optional=True,
        ),
    ]
    portainer_key: Annotated[
        Secret | None,
        Setting(
            key="cluster.portainer_key",
            variable="MOSAIC_PORTAINER_KEY",
            prompt="Portainer API key",
            help="An access token of a user there who may manage stacks (My account, Access "
            "tokens). It is checked with a real call.",
            kind=KEY,
            when=WITH_PORTAINER,
            default_note="none: Portainer lets nobody in without one",
            is_optional=True,
            is_for_gateway=False,
        ),
    ]
    portainer_environment: Annotated[
        str | None,
        Setting(
            key="cluster.portainer_environment",
            variable="MOSAIC_PORTAINER_ENVIRONMENT",
            prompt="Portainer environment",
            help="The name or number of the environment in Portainer that is this Swarm, if "
            "several are.",
            kind=TEXT,
            when=WITH_PORTAINER,
            default_note="the only one that is this Swarm",
            is_optional=True,
        ),
    ]
