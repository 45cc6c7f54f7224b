"""The rows of the questionnaire about the gateway: where it listens, and what it runs as."""

from typing import Annotated

from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.questionnaire.conditions import (
    FEDERATED,
    WITH_CONTAINERS,
    AnyOf,
    Is,
    With,
    WithAny,
    is_met,
)
from mosaic_installer.core.questionnaire.kinds import (
    ADDRESS,
    HOSTNAME,
    NETWORKS,
    ORIGIN,
    PORT,
    TEXT,
    choice,
    integer,
)
from mosaic_installer.core.questionnaire.setting import Earlier, Setting
from mosaic_installer.core.questionnaire.sign_on import TITLES
from mosaic_installer.core.rendering import bracketed

DEFAULT_PORT = 14242
HTTP_PORT = 80
MOST_REPLICAS = 50
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
ISSUERS = tuple(f"sign_on.{name}_issuer" for name in TITLES)
NAMES_THE_MACHINE = AnyOf((FEDERATED, With("web.image"), WithAny(ISSUERS, "single sign-on")))
"""Something is made of the machine's name: a certificate, an origin, where people come back to."""
RUNTIME = choice(
    "a runtime",
    {
        "process": "a process of your user; only the servers are containers",
        "container": "a container beside the servers, built on this machine",
        "swarm": "a service of the Docker Swarm that this machine manages",
    },
    unlisted=("swarm",),
)
PUBLISHED_ON = choice(
    "a way to publish the port",
    {
        "host": "the nodes that run a gateway; it sees who its clients are",
        "ingress": "all nodes, by the routing mesh, which hides clients",
    },
)


def _origins_of_dashboard(_host: Host, earlier: Earlier) -> str | None:
    """Return where browsers find the dashboard that is installed; without one nobody is trusted.

    Browsers leave out the port that the scheme implies:
    https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin.
    """
    if not (is_met(WITH_CONTAINERS, earlier) and earlier["web.image"]):
        return None
    port = "" if earlier["web.port"] == HTTP_PORT else f":{earlier['web.port']}"
    # What listens everywhere has no address of its own, and localhost is somebody else's elsewhere.
    names = (earlier["gateway.hostname"], earlier["gateway.bind"])
    hosts = dict.fromkeys(str(name) for name in names if name not in EVERYWHERE)
    return ",".join(f"http://{bracketed(host)}{port}" for host in hosts)


def _runtime_of_tier(_host: Host, earlier: Earlier) -> str:
    return "process" if earlier["tier"] == "local" else "container"


@frozen
class GatewayAnswers:
    """Where the gateway listens, and what it runs as."""

    port: Annotated[
        int,
        Setting(
            key="gateway.port",
            variable="MOSAIC_GATEWAY_PORT",
            prompt="Gateway port",
            help="The TCP port the gateway listens on. It must be free.",
            kind=PORT,
            default=str(DEFAULT_PORT),
        ),
    ]
    bind: Annotated[
        str,
        Setting(
            key="gateway.bind",
            variable="MOSAIC_GATEWAY_BIND",
            prompt="Listen address",
            help="127.0.0.1 keeps the gateway private to this machine. Any other address "
            "exposes it, so put it behind a TLS proxy.",
            kind=ADDRESS,
            default="127.0.0.1",
        ),
    ]
    hostname: Annotated[
        str,
        Setting(
            key="gateway.hostname",
            variable="MOSAIC_HOSTNAME",
            prompt="Hostname",
            help="The name people type into their browser to reach this machine.",
            kind=HOSTNAME,
            when=(NAMES_THE_MACHINE,),
            default="localhost",
        ),
    ]
    cors_origin: Annotated[
        str | None,
        Setting(
            key="gateway.cors_origin",
            variable="MOSAIC_CORS_ORIGIN",
            prompt="Allowed web origins (CORS)",
            help="Origins such as https://mosaic.example.org, separated by commas. Pages from any "
            "other origin cannot act for a signed-in user.",
            kind=ORIGIN,
            default=_origins_of_dashboard,
            default_note="the web dashboard's, such as "
            "`http://<gateway.hostname>:<web.port>`; none without a dashboard",
            is_optional=True,
        ),
    ]
    trusted_proxies: Annotated[
        str | None,
        Setting(
            key="gateway.trusted_proxies",
            variable="MOSAIC_TRUSTED_PROXIES",
            prompt="Trusted proxies",
            help="Addresses or networks of your reverse proxies, separated by commas. Only these "
            "may report a client's address, which the limits on password guesses rely on.",
            kind=NETWORKS,
            default_note="none",
            is_optional=True,
        ),
    ]
    runtime: Annotated[
        str,
        Setting(
            key="gateway.runtime",
            variable="MOSAIC_GATEWAY_RUNTIME",
            prompt="Run the gateway as",
            help="What the gateway is on this machine.",
            kind=RUNTIME,
            when=(WITH_CONTAINERS,),
            own_example="container",
            default=_runtime_of_tier,
            default_note="`process` with tier `local`, else `container`",
        ),
    ]
    replicas: Annotated[
        int,
        Setting(
            key="gateway.replicas",
            variable="MOSAIC_GATEWAY_REPLICAS",
            prompt="Number of gateways",
            help="How many gateways run; each on a node of its own unless the port is published "
            "with `ingress`. Every one of these nodes needs the gateway's image.",
            kind=integer(1, MOST_REPLICAS),
            when=(
                WITH_CONTAINERS,
                Is("gateway.runtime", ("swarm",)),
            ),
            default="1",
        ),
    ]
    publish: Annotated[
        str,
        Setting(
            key="gateway.publish",
            variable="MOSAIC_GATEWAY_PUBLISH",
            prompt="Publish the gateway's port on",
            help="Which nodes of the Swarm answer at that port.",
            kind=PUBLISHED_ON,
            when=(
                WITH_CONTAINERS,
                Is("gateway.runtime", ("swarm",)),
            ),
            default="host",
        ),
    ]
    image: Annotated[
        str | None,
        Setting(
            key="gateway.image",
            variable="MOSAIC_GATEWAY_IMAGE",
            prompt="Gateway image",
            help="Use this container image instead of building one on this machine.",
            kind=TEXT,
            when=(
                WITH_CONTAINERS,
                Is("gateway.runtime", ("container", "swarm")),
            ),
            default_note="built on this machine",
            is_optional=True,
        ),
    ]
