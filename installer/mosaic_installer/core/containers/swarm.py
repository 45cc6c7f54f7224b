"""Services as specs of a Docker Swarm: the second renderer of the rows, beside Compose.

The words are those of the engine's API (`ServiceSpec`; docs.docker.com/reference/api/engine). What
only the engine knows is filled in where the services are made: identifiers, and the contents of
files, which it hands out as its secrets and configs.
"""

import json
import re
from collections.abc import Iterator

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers import labels
from mosaic_installer.core.containers.compose import SECRETS, Mount, mounts_of, user_of
from mosaic_installer.core.containers.compose_text import Document
from mosaic_installer.core.containers.endpoint import endpoint_of, is_behind_mesh
from mosaic_installer.core.containers.moved import NO_COPY
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.own_registry import names_in_registry
from mosaic_installer.core.containers.service import Health, Service
from mosaic_installer.core.containers.stack_words import in_stack_words
from mosaic_installer.core.containers.wanted import images_of, wanted_services
from mosaic_installer.core.facts import Facts

SECOND = 1_000_000_000
"""In the nanoseconds that the API counts in."""
MONITOR = 5
"""Seconds that a task has to run before an update counts it as well, and so do we."""
PAUSE = 2
"""Seconds between the starts of a task that ends."""
DRAIN = "MOSAIC_STOP_DRAIN"
DRAIN_SECONDS = 5
"""How long one of several gateways still answers once it is to stop: a proxy has to notice."""
HIDDEN_CLIENTS = "MOSAIC_HIDDEN_CLIENTS"
"""The variable that names the networks whose addresses stand for those of clients."""
SHARED_SCRATCH = 0o1777
UNITS = {"m": 1024**2, "g": 1024**3}
PERMIT = "MOSAIC_MAY_BEGIN"
"""The variable that lets a service begin with an empty volume."""
MAY_RUN = "yes"
"""The value of a node's label where the service may run (`node_label`)."""
MAY_RUN_LATER = "after-rollout"
"""Its value on a spare node: one that has the image, and may run the service once a rollout, which
goes on now, has come to its end."""
LOCK = (
    'if command -v flock >/dev/null && exec 9<"$0"; then flock -n 9 || { '
    "echo 'waiting for a former container of this service, which still uses the volume' >&2; "
    "flock 9; }; fi; "
)
"""A node that comes back is told to start the new task and to stop the old one, both at once: what
is started holds the volume until the last of its processes has ended."""
EXECUTE = 'exec "$@"'
GUARD = (
    f'[ -n "$(ls -A "$0")" ] || [ "${PERMIT}" = yes ] || {{ '
    "echo 'error: the volume on this node is empty, but this service has had data elsewhere: '"
    "'let it run where its data is, or put a backup back' >&2; exit 1; }; "
)
"""Without a permit, a service that was moved to another node would begin anew there."""


def swarm_text(facts: Facts, answers: Answers) -> str:
    """Return what the services that these answers want are made from, as JSON."""
    services = {each.name: _service(each, facts, answers) for each in wanted_services(answers)}
    if answers.cluster.portainer_url:  # which may deploy the stack file over them at any time
        services = {name: in_stack_words(row) for name, row in services.items()}
    document = {"network": _labels(facts), "services": services}
    return json.dumps(document, indent=2) + "\n"


def node_label(project: str, service: str) -> str:
    """Return the label of the node that a service runs on: the one that has its data."""
    return f"org.mosaicstack.node.{project}.{service}"


def keeper_label(project: str) -> str:
    """Return the label of the node that an installation was made on, and has its folder."""
    return f"org.mosaicstack.keeper.{project}"


def _service(service: Service, facts: Facts, answers: Answers) -> Document:
    image = images_of(facts, answers)[service.name]
    of_image = {labels.IMAGE: image, labels.STACK_IMAGE: image}
    mine = {**_labels(facts), labels.SERVICE: service.name, **of_image}
    in_registry = names_in_registry(facts, answers).get(image)
    return {
        "image": image,
        **({"registry_name": in_registry} if in_registry else {}),
        "files": [*_files(service, facts, answers)],
        "is_guarded": is_guarded(service),
        "spec": {
            "Name": f"{facts.host.project}_{service.name}",
            "Labels": mine,
            "TaskTemplate": _task(service, facts, answers),
            "Mode": {"Replicated": {"Replicas": _replicas(service, answers)}},
            "UpdateConfig": {
                "Parallelism": 1,
                # Two servers at once would damage their volume, or want the same port.
                "Order": "start-first" if is_behind_mesh(service, answers) else "stop-first",
                # The old gateway refuses a database that the new one has migrated.
                "FailureAction": "pause",
                "Monitor": MONITOR * SECOND,
            },
            "EndpointSpec": endpoint_of(service, answers),
        },
    }


def _replicas(service: Service, answers: Answers) -> int:
    return answers.gateway.replicas if service.name == GATEWAY else 1


def is_guarded(service: Service) -> bool:
    """Return whether a service needs a permit to begin with an empty volume."""
    return bool(service.volume and service.proof and service.entrypoint)


def _task(service: Service, facts: Facts, answers: Answers) -> Document:
    project = facts.host.project
    return {
        "ContainerSpec": _container(service, facts, answers),
        "Resources": {"Limits": {"MemoryBytes": _bytes(service.memory), "Pids": service.processes}},
        "RestartPolicy": {"Condition": "any", "Delay": PAUSE * SECOND},
        "Placement": {
            "Constraints": [f"node.labels.{node_label(project, service.name)}==yes"],
            # A port is published on the node itself: two tasks there cannot have the same.
            **({"MaxReplicas": 1} if _has_node_each(service, answers) else {}),
        },
        "Networks": [{"Target": f"{project}_default", "Aliases": [service.name]}],
        "LogDriver": {"Name": "json-file", "Options": {"max-size": "10m", "max-file": "3"}},
    }


def _container(service: Service, facts: Facts, answers: Answers) -> Document:
    values: Document = {
        "Labels": {labels.STACK: facts.host.project, labels.SERVICE: service.name},
        "Command": _command(service),
        "Args": [*(service.command or ())],
        "Env": [f"{name}={value}" for name, value in _environment(service, facts, answers).items()],
        "User": user_of(service, facts),
        "Init": True,
        "ReadOnly": True,
        "Privileges": {"NoNewPrivileges": True},
        "CapabilityAdd": [f"CAP_{name}" for name in service.capabilities],
        "CapabilityDrop": ["ALL"],
        "Mounts": [*_mounts(service, facts)],
        "StopGracePeriod": service.grace * SECOND if service.grace is not None else None,
        "Healthcheck": _health(service.health) if service.health else None,
    }
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _command(service: Service) -> list[str]:
    """Return what starts a service: what has a volume waits until nobody else has it."""
    command = [*(service.entrypoint or ())]
    if not (service.volume and command):
        return command
    guard = f"{NO_COPY}{GUARD}" if is_guarded(service) else NO_COPY
    return ["/bin/sh", "-c", f"{LOCK}{guard}{EXECUTE}", service.volume, *command]


def _has_node_each(service: Service, answers: Answers) -> bool:
    return _replicas(service, answers) > 1 and not is_behind_mesh(service, answers)


def _environment(service: Service, facts: Facts, answers: Answers) -> dict[str, str]:
    is_in_it = is_behind_mesh(service, answers)
    is_replaced = is_in_it or _replicas(service, answers) > 1
    drain = {DRAIN: str(DRAIN_SECONDS)} if is_replaced else {}
    mesh = facts.around.engine.swarm.mesh if is_in_it and facts.around.engine else ()
    hidden = {HIDDEN_CLIENTS: ",".join(mesh)} if mesh else {}
    return {**service.environment(answers), **drain, **hidden}


def _mounts(service: Service, facts: Facts) -> Iterator[Document]:
    if service.volume:
        yield {
            "Type": "volume",
            "Source": f"{facts.host.project}_{service.name}",
            "Target": service.volume,
            "VolumeOptions": {"Labels": {**_labels(facts), labels.SERVICE: service.name}},
        }
    for folder in service.scratch:
        target, _, mode = folder.partition(":mode=")
        options = {"Mode": int(mode, 8) if mode else SHARED_SCRATCH}
        yield {"Type": "tmpfs", "Target": target, "TmpfsOptions": options}
    if service.shared_memory:
        size = {"SizeBytes": _bytes(service.shared_memory), "Mode": SHARED_SCRATCH}
        yield {"Type": "tmpfs", "Target": "/dev/shm", "TmpfsOptions": size}  # noqa: S108 - inside its container


def _health(health: Health) -> Document:
    """Return a check that comes often while it starts: these engines know the difference."""
    return {
        "Test": [*health.test],
        "Interval": (health.interval + health.rest) * SECOND,
        "Timeout": health.timeout * SECOND,
        "Retries": health.retries,
        "StartPeriod": health.start * SECOND,
        "StartInterval": health.interval * SECOND,
    }


def _files(service: Service, facts: Facts, answers: Answers) -> Iterator[Document]:
    user, _, group = user_of(service, facts).partition(":")
    open_ones = {file.target for file in service.files if not file.secret}
    for mount in mounts_of(service, facts, answers):
        yield {
            "kind": "config" if mount.target in open_ones else _kind_for_gateway(service, mount),
            "path": str(mount.source),
            "target": mount.target,
            "user": user or "0",
            "group": group or "0",
        }


def _kind_for_gateway(service: Service, mount: Mount) -> str:
    """Return `secret` for all that is not plainly a setting: also the files of own servers."""
    is_setting = service.name == GATEWAY and mount.target.startswith("/etc/mosaic/")
    return "config" if is_setting and not mount.target.startswith(str(SECRETS)) else "secret"


def _labels(facts: Facts) -> dict[str, str]:
    project = facts.host.project
    return {
        labels.STACK: project,
        labels.PROJECT: project,
        labels.HOME: str(facts.host.layout.root),
    }


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+)([mg])", text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * UNITS[found[2]]
