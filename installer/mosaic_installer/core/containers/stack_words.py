"""A service as a stack file can say it, for who deploys that file over what we made.

`docker stack` has no word for `NoNewPrivileges`, nor for the mode of a tmpfs (docker/cli:
cli/compose/convert). What only the engine's API can say would be taken back by every deployment,
and each time all tasks would start anew.
"""

from typing import Any

from mosaic_installer.core.containers.compose_text import Document


def in_stack_words(row: Document) -> Document:
    """Return a row of `swarm.json` without what a stack file has no word for."""
    spec: Any = row["spec"]
    task = spec["TaskTemplate"]
    # Said, because a service that has it is not yet as we want it.
    container = {**task["ContainerSpec"], "Privileges": {"NoNewPrivileges": False}}
    if "Mounts" in container:
        container["Mounts"] = [*map(_mount, container["Mounts"])]
    task = {**task, "ContainerSpec": container}
    return {**row, "spec": {**spec, "TaskTemplate": task}}


def _mount(mount: dict[str, Any]) -> dict[str, Any]:
    options = {**mount.get("TmpfsOptions", {})}
    options.pop("Mode", None)
    rest = {key: value for key, value in mount.items() if key != "TmpfsOptions"}
    return {**rest, "TmpfsOptions": options} if options else rest
