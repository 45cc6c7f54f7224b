"""Services as a compose file (compose-spec.io): one renderer of their rows.

What it makes are plain values first, by which changes are told, and then text for people.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.compose_text import Document, Variable, written
from mosaic_installer.core.containers.fingerprint import FINGERPRINT, variable_of
from mosaic_installer.core.containers.names import AUTHORITY, GATEWAY
from mosaic_installer.core.containers.own_servers import own_server_files
from mosaic_installer.core.containers.published import ports_of
from mosaic_installer.core.containers.service import Health, Service
from mosaic_installer.core.containers.services.gateway import CONFIG, ENVIRONMENT
from mosaic_installer.core.containers.users import container_user
from mosaic_installer.core.containers.wanted import images_of, wanted_services
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway_secrets import gateway_secrets
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.rendering import bracketed

SECRETS = Path("/run/secrets")
"""Where a container finds its secrets."""
WELL = "/tmp/.mosaic-well"  # noqa: S108 - inside a container, whose own it is
"""There after a health check that found the container well, and gone when it is started again."""
SHARED: Document = {
    "init": True,
    "read_only": True,
    "security_opt": ["no-new-privileges:true"],
    "cap_drop": ["ALL"],
    "logging": {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}},
}
"""What all containers have in common, on every engine."""


@frozen
class Mount:
    """A file of this machine that a container may read."""

    source: Path
    target: str


def compose_text(facts: Facts, answers: Answers) -> str:
    """Return the compose file of the services that these answers want."""
    services = wanted_services(answers)
    documents = compose_services(facts, answers)
    notes = {service.name: _notes(service) for service in services}
    volumes: Document = {
        service.name: {"labels": _labels(facts, service.name)}
        for service in services
        if service.volume
    }
    networks: Document = {"default": {"labels": _labels(facts)}}
    return written(_shared(facts), documents, notes, {"networks": networks, "volumes": volumes})


def fingerprints_of(facts: Facts, answers: Answers) -> dict[str, str]:
    """Return the checksum of the values that each wanted service is made of."""
    documents = compose_services(facts, answers)
    return {
        name: sha256(json.dumps([_shared(facts), document]).encode()).hexdigest()
        for name, document in documents.items()
    }


def _shared(facts: Facts) -> Document:
    """What all containers have in common.

    Podman's own unit starts nothing else with the machine than what is to run always, before
    Podman 5.8 (github.com/containers/podman/issues/20418).
    """
    engine = facts.around.engine
    is_podman = engine is not None and engine.is_podman
    return {"restart": "always" if is_podman else "unless-stopped", **SHARED}


def compose_services(facts: Facts, answers: Answers) -> dict[str, Document]:
    """Return what Compose has to know of each wanted service, besides what all have in common."""
    return {
        service.name: {
            key: value
            for key, value in _values(service, facts, answers).items()
            if value not in (None, "", {}) and (value != [] or key == "command")
        }
        for service in wanted_services(answers)
    }


def _values(service: Service, facts: Facts, answers: Answers) -> Document:
    fingerprint = Variable(name=variable_of(service.name))
    waits = [each.name for each in wanted_services(answers) if each.before_gateway]
    return {
        "image": images_of(facts, answers)[service.name],
        "labels": _labels(facts, service.name),
        "environment": {FINGERPRINT: fingerprint, **service.environment(answers)},
        "user": user_of(service, facts),
        "userns_mode": users_of(service, facts, answers),
        "entrypoint": _listed(service.entrypoint),
        "command": _listed(service.command),
        "cap_add": [*service.capabilities],
        "depends_on": {name: {"condition": "service_healthy"} for name in waits}
        if service.name == GATEWAY
        else {},
        "volumes": [*_volumes(service, facts, answers)],
        "tmpfs": [*service.scratch],
        "shm_size": service.shared_memory,
        "mem_limit": service.memory,
        "pids_limit": service.processes,
        "stop_grace_period": f"{service.grace}s" if service.grace is not None else None,
        "healthcheck": _health(service.health) if service.health else {},
        "ports": [
            f"{bracketed(port.address)}:{port.number}:{port.inside}"
            for port in ports_of(service, answers)
        ],
    }


KEYS = {"capabilities": "cap_add", "health": "healthcheck", "scratch": "tmpfs"}
"""What Compose calls those fields of a row whose name differs."""


MAPPED = "The engine maps users: without this, root of the container may not read the files below."
"""Why `userns_mode` is there, where it is."""


def _notes(service: Service) -> Mapping[str, str]:
    notes = {KEYS.get(name, name): note for name, note in service.notes.items()}
    return {"userns_mode": MAPPED, **notes}


def _labels(facts: Facts, service: str = "") -> Document:
    mine = {labels.PROJECT: facts.host.project, labels.HOME: str(facts.host.layout.root)}
    return {**mine, labels.SERVICE: service} if service else {**mine}


def user_of(service: Service, facts: Facts) -> str:
    """Return as whom a container runs, in Compose's words; empty: as its image says."""
    match service.user:
        case "root":
            return "0:0"
        case "ours":
            user, group = container_user(facts)
            return f"{user}:{group}"
        case "":
            return ""


def users_of(service: Service, facts: Facts, answers: Answers) -> str:
    """Return `host` for a container whose users have to be this machine's; else nothing.

    Where the engine maps users, root in a container is nobody here, and may read no file of ours.
    """
    is_remapped = facts.around.engine is not None and facts.around.engine.is_remapped
    return "host" if is_remapped and any(mounts_of(service, facts, answers)) else ""


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else [*words]


def _volumes(service: Service, facts: Facts, answers: Answers) -> Iterator[Document | str]:
    if service.volume:
        yield {"type": "volume", "source": service.name, "target": service.volume}
    layout, engine = facts.host.layout, facts.around.engine
    for mount in mounts_of(service, facts, answers):
        source = _from_compose_file(mount.source, layout)
        if engine is not None and engine.is_selinux and mount.source.is_relative_to(layout.config):
            # The long form has a word for that label only as of Compose 2.
            yield f"{source}:{mount.target}:ro,z"
        else:
            yield {"type": "bind", "source": source, "target": mount.target, "read_only": True}


def _from_compose_file(path: Path, layout: Layout) -> str:
    """Return a path as the compose file says it: it may be moved, with what lies about it."""
    for folder, start in ((layout.compose, "."), (layout.config, "..")):
        if path.is_relative_to(folder):
            return f"{start}/{path.relative_to(folder)}"
    return str(path)


def mounts_of(service: Service, facts: Facts, answers: Answers) -> Iterator[Mount]:
    """Yield the files that a container may read: those of its row, or what the gateway reads."""
    layout = facts.host.layout
    for file in service.files:
        yield Mount(source=layout.config / file.path, target=file.target)
    if service.name != GATEWAY:
        return
    yield Mount(source=layout.gateway_config, target=CONFIG)
    yield Mount(source=layout.gateway_environment, target=ENVIRONMENT)
    secrets = [secret.path for secret in gateway_secrets(facts, answers)]
    if AUTHORITY in (each.name for each in wanted_services(answers)):
        secrets.append(layout.authority_fingerprint)
    for path in secrets:
        yield Mount(source=path, target=str(SECRETS / path.name))
    for path in sorted(set(own_server_files(answers).values())):
        yield Mount(source=path, target=str(path))


def _health(health: Health) -> Document:
    return {
        "test": _rested(health) if health.rest else [*health.test],
        "interval": f"{health.interval}s",
        "timeout": f"{health.timeout + health.rest}s",
        "retries": health.retries,
        "start_period": f"{health.start}s",
    }


def _rested(health: Health) -> list[str]:
    """Return a check that rests first, if the one before found it well; engines know no such thing.

    `start_interval` is known to none before Docker 25, and Compose v1 refuses the whole file.
    """
    kind, *words = health.test
    ask = words[0] if kind == "CMD-SHELL" else shlex.join(words)
    asked = f"timeout {health.timeout} sh -c {shlex.quote(ask)}"
    rest = f"[ ! -e {WELL} ] || sleep {health.rest}; rm -f {WELL}"
    return ["CMD-SHELL", f"{rest}; {asked} && touch {WELL}"]
