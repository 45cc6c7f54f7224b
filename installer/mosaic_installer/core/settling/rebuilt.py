"""answers.toml was lost: what the other files still say of what was chosen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.config_sections import answers_in
from mosaic_installer.core.containers.names import COLLECTOR, GATEWAY
from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.wanted import BUILT
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.questionnaire.kinds import YES_NO
from mosaic_installer.core.questionnaire.telemetry import COLLECTOR_PORT
from mosaic_installer.core.settling.interview import Given, Layer
from mosaic_installer.core.tiers import SERVER_TIERS

EVERYWHERE = "0.0.0.0"  # noqa: S104 - where a Swarm has opened the gateway's port already
ORIGIN = re.compile(r"^MOSAIC_CORS_ORIGIN='(.*)'$", re.MULTILINE)
HOST = re.compile(r"http://([^:/]+):3000")
"""What versions that kept no copy of the answers trusted where nobody chose: the host's name."""


def rebuilt_layer(meta: Meta, environment: str, config: Mapping[str, object]) -> Layer:
    """Return the answers that meta.json knows, or else all three files still show."""
    if meta.chosen is None:
        return _shown_layer(meta, environment, config)
    known = {key: text for key, text in meta.chosen.items() if key in CATALOGUE}
    return Layer(values={key: Given(text=known[key], source="meta.json") for key in known})


def _shown_layer(meta: Meta, environment: str, config: Mapping[str, object]) -> Layer:
    """Return what a version that kept no copy of the answers let the other files show of them.

    Only what differs from a default counts as chosen; the rest follows the defaults again.
    """
    values = {
        "tier": Given(text=meta.tier, source="meta.json"),
        "gateway.port": Given(text=str(meta.port), source="meta.json"),
        "gateway.bind": Given(text=meta.host, source="meta.json"),
    }
    if meta.runtime == "process" and meta.tier != "local":
        values["gateway.runtime"] = Given(text=meta.runtime, source="meta.json")
    origin = ORIGIN.search(environment)
    if origin is not None and origin[1]:
        host = HOST.fullmatch(origin[1])
        key = "gateway.hostname" if host else "gateway.cors_origin"
        values[key] = Given(text=host[1] if host else origin[1], source=".env")
    shown = answers_in(config)
    if COLLECTOR in meta.services and "telemetry.endpoint" in shown:
        port = urlsplit(shown.pop("telemetry.endpoint")).port
        shown["telemetry.collector_port"] = str(port or COLLECTOR_PORT)
    values |= {key: Given(text=shown[key], source="mosaic.config.json") for key in shown}
    chosen = {key: given for key, given in values.items() if CATALOGUE[key].default != given.text}
    return Layer(values=chosen)


def layer_of_parts(parts: Sequence[Part]) -> Layer:
    """Return the answers that containers, services and volumes of an installation still show.

    All is gone that only files said; what runs goes on as it is, as far as that is known.
    """
    texts = {"tier": tier_of_parts(parts)}
    containers = [part for part in parts if part.kind in {"container", "service"}]
    for part in containers:
        if part.service in BY_NAME:
            texts |= dict(_shown_by(part, BY_NAME[part.service]))
    if containers and all(part.service != GATEWAY for part in containers):
        texts["gateway.runtime"] = "process"
    services = [part for part in containers if part.kind == "service"]
    if services:
        texts |= {"gateway.runtime": "swarm", "gateway.bind": EVERYWHERE}
        texts |= dict(_shown_by_swarm(services))
    source = "the containers"
    return Layer(values={key: Given(text=texts[key], source=source) for key in texts})


def _shown_by_swarm(services: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Yield what services show of the nodes that they are for."""
    for part in services:
        if part.registry:
            yield "cluster.registry", part.registry
        if part.service == GATEWAY and part.is_in_mesh:
            yield "gateway.publish", "ingress"
        if part.service == GATEWAY and part.replicas > 1:
            yield "gateway.replicas", str(part.replicas)


def tier_of_parts(parts: Sequence[Part]) -> str:
    """Return the tier that containers and volumes are of, empty where there are none."""
    services = {part.service for part in parts}
    rows = [BY_NAME[name] for name in services if name in BY_NAME]
    tiers = (tier for tier in SERVER_TIERS if all(tier in row.tiers for row in rows))
    return next(tiers, "") if services else ""


def _shown_by(container: Part, row: Service) -> Iterator[tuple[str, str]]:
    """Yield the settings that a container shows: its image, its ports, and what turned it on."""
    if row.switch and CATALOGUE[row.switch].kind is YES_NO:
        yield row.switch, "yes"
    is_named = container.image and not container.image.startswith(("sha256:", f"{BUILT}:"))
    if is_named and container.image != CATALOGUE[row.image].default:
        yield row.image, container.image
    for port in row.ports:
        for number, inside in container.ports:
            if port.inside in {None, inside}:
                yield port.setting, str(number)
