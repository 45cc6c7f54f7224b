"""The services of a Swarm as a `stack.yaml`, for those who deploy it by hand or with Portainer.

It is made from the same specs that our own services are made from (`swarm.json`), in the words of
`docker stack` (docs.docker.com/reference/compose-file/legacy-versions). Those have no word for
`NoNewPrivileges`, nor for the mode of a tmpfs.
"""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from mosaic_installer.core.containers.compose_text import Document, mapping_lines
from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.labels import STACK, STACK_IMAGE
from mosaic_installer.core.containers.swarm import SECOND, node_label

READ_BY_OWNER = 0o400
TMPFS = "tmpfs"
HEADER = """\
# Made by `mosaic cluster render`; docs/cluster.md says what deploying it yourself leaves to you.
# For every service, once, name the node that has its image and its data:
#   docker node update --label-add {label}=yes NODE
# Make the secrets and configs that are missing, as the comments beside them say. Then:
#   docker stack deploy --resolve-image never {passes_on}--compose-file stack.yaml {project}
"""


def stack_text(
    services: Mapping[str, Mapping[str, Any]],
    names: Mapping[str, str],
    fingerprints: Mapping[str, str],
) -> str:
    """Return the file: `services` are rows of `swarm.json`, `names` what the Swarm calls files.

    `fingerprints` are of what each service runs with: by them we know that it is as we would have
    it.
    """
    first = next(iter(services.values()))["spec"]
    project = str(first["Labels"][STACK])
    label = node_label(project, "SERVICE")
    marks = _without_namespace(first["Labels"])
    network = {key: marks[key] for key in list(marks)[:2]}
    documents = {
        name: _service(name, row, names, fingerprints.get(name, ""))
        for name, row in services.items()
    }
    rest: Document = {
        "networks": {"default": {"driver": "overlay", "labels": network}},
        "volumes": dict(_volumes(services)),
    }
    lines = ['version: "3.13"', "services:"]
    for name, document in documents.items():
        lines += [f"  {name}:", *mapping_lines(document, "    ")]
    lines += mapping_lines({key: value for key, value in rest.items() if value}, "")
    for kind in ("secret", "config"):
        lines += _contents(kind, services, names)
    passes_on = "--with-registry-auth " if any(map(_is_pulled, services.values())) else ""
    header = HEADER.format(project=project, label=label, passes_on=passes_on)
    return header + "\n".join(lines) + "\n"


def _is_pulled(row: Mapping[str, Any]) -> bool:
    """Return whether every node gets the image of a service from a registry."""
    return bool(row.get("registry_name"))


def _service(
    name: str, row: Mapping[str, Any], names: Mapping[str, str], fingerprint: str
) -> Document:
    spec = row["spec"]
    task = spec["TaskTemplate"]
    container = task["ContainerSpec"]
    environment = dict(each.split("=", 1) for each in container.get("Env", ()))
    values: Document = {
        "image": row["image"],
        "labels": _without_namespace(container["Labels"]),
        "environment": {**environment, FINGERPRINT: fingerprint},
        "user": container.get("User"),
        "entrypoint": container.get("Command"),
        "command": container.get("Args"),
        "init": True,
        "read_only": True,
        "cap_drop": container["CapabilityDrop"],
        "cap_add": [each.removeprefix("CAP_") for each in container.get("CapabilityAdd", ())],
        "stop_grace_period": _seconds(container.get("StopGracePeriod")),
        "healthcheck": _health(container.get("Healthcheck") or {}),
        "volumes": [*_mounts(name, container)],
        "secrets": [*_references("secret", row, names)],
        "configs": [*_references("config", row, names)],
        "networks": ["default"],  # where it has its own name as an alias anyway
        "ports": [*_ports(spec)],
        "logging": {
            "driver": task["LogDriver"]["Name"],
            "options": task["LogDriver"]["Options"],
        },
        "deploy": _deploy(spec),
    }
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _deploy(spec: Mapping[str, Any]) -> Document:
    task, update = spec["TaskTemplate"], spec["UpdateConfig"]
    limits, restart = task["Resources"]["Limits"], task["RestartPolicy"]
    return {
        "labels": _without_namespace(spec["Labels"]),
        "replicas": spec["Mode"]["Replicated"]["Replicas"],
        "endpoint_mode": spec["EndpointSpec"]["Mode"],
        "placement": _placement(task["Placement"]),
        "resources": {"limits": {"memory": f"{limits['MemoryBytes']}b", "pids": limits["Pids"]}},
        "restart_policy": {
            "condition": restart["Condition"],
            "delay": _seconds(restart["Delay"]),
        },
        "update_config": {
            "parallelism": update["Parallelism"],
            "order": update["Order"],
            "failure_action": update["FailureAction"],
            "monitor": _seconds(update["Monitor"]),
        },
    }


def _placement(place: Mapping[str, Any]) -> Document:
    most = {"max_replicas_per_node": place["MaxReplicas"]} if "MaxReplicas" in place else {}
    return {"constraints": place["Constraints"], **most}


def _mounts(name: str, container: Mapping[str, Any]) -> Iterator[Document]:
    for mount in container.get("Mounts", ()):
        if mount["Type"] != TMPFS:
            yield {"type": "volume", "source": name, "target": mount["Target"]}
            continue
        size = mount.get("TmpfsOptions", {}).get("SizeBytes")
        limit: Document = {TMPFS: {"size": size}} if size else {}
        yield {"type": TMPFS, "target": mount["Target"], **limit}


def _volumes(services: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Document]]:
    for name, row in services.items():
        for mount in row["spec"]["TaskTemplate"]["ContainerSpec"].get("Mounts", ()):
            if mount["Type"] == "volume":
                marks = _without_namespace(mount["VolumeOptions"]["Labels"])
                yield name, {"name": mount["Source"], "labels": marks}


def _ports(spec: Mapping[str, Any]) -> Iterator[Document]:
    for port in spec["EndpointSpec"].get("Ports", ()):
        yield {
            "target": port["TargetPort"],
            "published": port["PublishedPort"],
            "protocol": port["Protocol"],
            "mode": port["PublishMode"],
        }


def _references(kind: str, row: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Document]:
    for file in row["files"]:
        if file["kind"] == kind:
            yield {
                "source": names[file["path"]],
                "target": file["target"],
                "uid": file["user"],
                "gid": file["group"],
                "mode": READ_BY_OWNER,
            }


def _contents(
    kind: str, services: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]
) -> list[str]:
    files = [file for row in services.values() for file in row["files"] if file["kind"] == kind]
    paths = {names[file["path"]]: file["path"] for file in files}
    lines = [f"{kind}s:"] if paths else []
    for name, path in paths.items():
        lines += [
            f"  # docker {kind} create {name} {shlex.quote(path)}",
            f"  {name}: {{external: true}}",
        ]
    return lines


def _health(check: Mapping[str, Any]) -> Document:
    if not check:
        return {}
    return {
        "test": check["Test"],
        "interval": _seconds(check["Interval"]),
        "timeout": _seconds(check["Timeout"]),
        "retries": check["Retries"],
        "start_period": _seconds(check["StartPeriod"]),
        "start_interval": _seconds(check["StartInterval"]),
    }


def _seconds(nanoseconds: int | None) -> str | None:
    return None if nanoseconds is None else f"{nanoseconds // SECOND}s"


def _without_namespace(marks: Mapping[str, str]) -> dict[str, str]:
    """Return the labels without those that `docker stack` gives by itself."""
    return {key: value for key, value in marks.items() if key not in {STACK, STACK_IMAGE}}
