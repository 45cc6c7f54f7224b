"""Run a program for a service on another node: nobody here reaches into a container there.

A job does it on that node, of the service's image, with its files, its network and its volume.
"""

from collections.abc import Sequence

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.swarm import LOCK
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.one_off import job_like, run_job
from mosaic_installer.machine.engine.swarm.specs import Spec

DEADLINE = 300.0
SERVER = "MOSAIC_SERVER"
"""The variable that names the service to a program which runs beside it."""
INPUT = "/run/secrets/mosaic-input"
SCRIPT = f'exec "$@" <{INPUT}'


def job_beside(service: Spec, command: Sequence[str], *, changes_data: bool) -> Spec:
    """Return the job that runs a program as a service would, where that may run."""
    name = service["Labels"][SERVICE]
    job = job_like(service, "run")
    container = job["TaskTemplate"]["ContainerSpec"]
    script = f"{LOCK}{SCRIPT}" if changes_data else SCRIPT
    container["Command"] = ["/bin/sh", "-c", script, BY_NAME[name].volume, *command]
    container["Args"] = []
    container["Env"] = [*container.get("Env", ()), f"{SERVER}={name}"]
    for mount in container.get("Mounts", ()):
        if mount["Type"] == "volume":
            mount["ReadOnly"] = not changes_data
    return job


def run_beside(
    changes: Changes, service: Spec, command: Sequence[str], stdin: str, *, changes_data: bool
) -> str:
    """Return what the program printed; raises `InstallerError` where it fails, or nothing runs.

    What goes into its stdin comes there as a secret of the Swarm, which is removed in the end.
    """
    job = job_beside(service, command, changes_data=changes_data)
    # No secret is empty; without a line end, no script sees a difference.
    secret = changes.add_secret(job["Name"], (stdin or "\n").encode(), job["Labels"])
    reference = {
        "SecretID": secret,
        "SecretName": job["Name"],
        "File": {"Name": INPUT, "UID": "0", "GID": "0", "Mode": 0o400},
    }
    container = job["TaskTemplate"]["ContainerSpec"]
    container["Secrets"] = [*container.get("Secrets", ()), reference]
    try:
        ended = run_job(changes, job, DEADLINE)
    finally:
        changes.remove_secret(secret)
    if not ended.is_done:
        raise InstallerError(
            f"in a job beside the service: {ended.cause}",
            "`mosaic cluster status` says what runs, and where",
            identifier="program-failed",
        )
    return ended.output
