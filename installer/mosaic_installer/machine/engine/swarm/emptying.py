"""Remove data on other nodes: by jobs there, as only a node's own engine removes its volumes."""

from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.containers.swarm import LOCK
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.elsewhere import Elsewhere
from mosaic_installer.machine.engine.swarm.one_off import job_at, run_job
from mosaic_installer.machine.engine.swarm.specs import Spec

SCRIPT = f'{LOCK}find "$0" -mindepth 1 -maxdepth 1 -exec rm -rf {{}} +'
DEADLINE = 600.0


def empty_volume(changes: Changes, each: Elsewhere, service: Spec) -> None:
    """Remove what is in a volume; its service, which has its image there, has ended.

    An empty volume is left: no job can remove that. Raises `EngineError` where the job fails.
    """
    job = emptying_job(each, service)
    ended = run_job(changes, job, DEADLINE)
    if not ended.is_done:
        raise EngineError(
            f"the data of {each.service} on node {each.name} could not be removed: {ended.cause}",
            f"on {each.name}, run `docker volume rm {each.volume}`; then `docker node update "
            f"--label-rm={each.label} {each.name}` here, and run this again",
        )


def emptying_job(each: Elsewhere, service: Spec) -> Spec:
    """Return the job that empties a volume, of the image that the service has."""
    job = job_at(service, each.node, f"{each.volume}-empty")
    target = BY_NAME[each.service].volume
    job["TaskTemplate"]["ContainerSpec"] |= {
        "Command": ["/bin/sh", "-c", SCRIPT, target],
        "User": "0:0",
        "CapabilityAdd": ["CAP_DAC_OVERRIDE", "CAP_FOWNER"],
        "Mounts": [{"Type": "volume", "Source": each.volume, "Target": target}],
    }
    return job
