"""`Service` of a gateway that is a service of a Swarm: the Swarm keeps it running."""

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.container_row import moment_of
from mosaic_installer.machine.engine.reader import Document, Documents
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.services import LocalSwarm
from mosaic_installer.machine.engine.swarm.tasks import (
    current_tasks,
    fingerprint_of,
    replicas_of,
    trouble_of,
    wanted_tasks,
)


class SwarmGateway:
    """The gateway among `services`; `is_alone` where there are no servers beside it."""

    def __init__(self, services: LocalSwarm, *, is_alone: bool) -> None:
        self._services = services
        self._is_alone = is_alone

    def process(self) -> RunningGateway | None:
        seen = self._services.seen()
        return seen.once("its gateway", lambda: self._process(seen))

    def _process(self, seen: Found) -> RunningGateway | None:
        service, tasks = seen.services().get(GATEWAY), seen.tasks().get(GATEWAY, ())
        if service is None:
            return None
        running = [
            task
            for task in wanted_tasks(tasks)
            if task["Status"]["State"] in {"running", "starting"}
        ]
        since = moment_of(str(running[0]["Status"]["Timestamp"])) if running else None
        if since is None:
            return None
        spec = running[0]["Spec"]["ContainerSpec"]
        is_whole = len(current_tasks(service, running)) == len(running) == replicas_of(service)
        elsewhere = _elsewhere(running, seen)
        is_starting = any(task["Status"]["State"] == "starting" for task in running)
        # What failed and now starts, because the cause is gone, would be taken for what failed: an
        # update stays paused until the service is changed. Begun anew, it is waited for anew.
        has_failed = is_starting and _has_failed(service, tasks)
        # Spares that wait are of a rollout that was cut off.
        is_settled = is_whole and not (elsewhere or has_failed or seen.spares(GATEWAY))
        fingerprint = fingerprint_of(spec) if is_settled else ""
        return RunningGateway(
            pid=int((running[0]["Status"].get("ContainerStatus") or {}).get("PID") or 0),
            since=since,
            fingerprint=fingerprint if self._is_as_written(fingerprint, seen) else "",
            elsewhere=elsewhere,
            is_starting=is_starting,
        )

    def _is_as_written(self, fingerprint: str, seen: Found) -> bool:
        try:
            return self._services.are_as_written({GATEWAY: fingerprint}, seen)
        except EngineError as error:
            if error.identifier == "file-missing":
                return False  # what is there was made from a file that is gone since
            raise

    def is_active(self) -> bool:
        return GATEWAY in self._services.seen().services()

    def start(self, fingerprint: str) -> None:
        self._services.up({GATEWAY: fingerprint})

    def stop(self) -> None:
        self._services.stop(GATEWAY)

    def remove(self) -> None:
        if self._is_alone:
            # Nothing else would take the network, the secrets and the labels of nodes away.
            self._services.remove(with_volumes=False)
        else:
            self._services.discard(GATEWAY)

    def last_lines(self, count: int) -> tuple[str, ...]:
        return self._services.last_lines(GATEWAY, count)


def _has_failed(service: Document, tasks: Documents) -> bool:
    since = moment_of(str(service["UpdatedAt"]))
    return since is not None and trouble_of(service, tasks, {}, since) is not None


def _elsewhere(tasks: Documents, seen: Found) -> tuple[str, ...]:
    """Return the names of the nodes that tasks run on, where none does on this one."""
    nodes = {str(task["NodeID"]) for task in tasks}
    if seen.here() in nodes:
        return ()
    names = seen.nodes()
    return tuple(sorted(names.get(node, node) for node in nodes))
