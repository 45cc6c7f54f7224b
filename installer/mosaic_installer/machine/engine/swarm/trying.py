"""Try a server with the copy of its data, before anything may reach it there.

So a copy that its server cannot use costs nothing: nobody can have written into it.
"""

import time

from mosaic_installer.core.containers.moved import IF_COPY
from mosaic_installer.core.containers.swarm import EXECUTE, LOCK
from mosaic_installer.errors import EngineError, ServerUnhealthy
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.ending import REMOVAL, may_run
from mosaic_installer.machine.engine.swarm.logs import lines_of
from mosaic_installer.machine.engine.swarm.one_off import decisive_of, has_ended, job_like
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.tasks import cause_of
from mosaic_installer.machine.engine.swarm.waiting import SHOWN_LINES
from mosaic_installer.machine.engine.swarm.way import NodeRef

PAUSE = 0.3
WRAPPED = ["/bin/sh", "-c"]
"""What begins the command of a server that waits until nobody else has its volume."""


def trial_of(service: Spec, node: str) -> Spec:
    """Return the job that runs a server on a node with the copy there, out of everybody's reach.

    It has no alias in the network and publishes no port.
    """
    job = job_like(service, "trial")
    task = job["TaskTemplate"]
    task["Placement"] = {"Constraints": [f"node.id=={node}"]}
    container, like = task["ContainerSpec"], service["TaskTemplate"]["ContainerSpec"]
    container["Healthcheck"] = like.get("Healthcheck") or {}
    container["Command"] = [*WRAPPED, f"{LOCK}{IF_COPY}{EXECUTE}", *like["Command"][3:]]
    return job


def try_copy(changes: Changes, service: Spec, place: NodeRef, seconds: float) -> None:
    """Return once the server has been healthy there, and has ended again.

    Raises `ServerUnhealthy` with its last lines where it is not within so many seconds.
    """
    identifier = changes.create(trial_of(service, place.node))
    try:
        task = _last_task(identifier, seconds)
        if task is None or task["Status"]["State"] != "running":
            raise _failed(identifier, task, place)
    finally:
        changes.remove_job(identifier)
    _wait_until_ended(identifier, place)


def _last_task(identifier: str, seconds: float) -> Document | None:
    until = time.monotonic() + seconds
    while True:
        tasks = Reader().tasks(identifier)
        # A Swarm may make another task beside one that has ended: that one may yet succeed.
        running = [each for each in tasks if each["Status"]["State"] == "running"]
        if running or (tasks and all(map(has_ended, tasks))) or time.monotonic() > until:
            return running[0] if running else decisive_of(tasks)
        time.sleep(PAUSE)


def _wait_until_ended(identifier: str, place: NodeRef) -> None:
    until = time.monotonic() + REMOVAL
    while any(each["ServiceID"] == identifier and may_run(each) for each in Reader().tasks()):
        if time.monotonic() > until:
            raise EngineError(f"its trial on {place.name} did not end within {REMOVAL:.0f} s")
        time.sleep(PAUSE)


def _failed(identifier: str, task: Document | None, place: NodeRef) -> ServerUnhealthy:
    cause = cause_of(task["Status"]) if task is not None else "no node took it"
    return ServerUnhealthy(
        f"with the copy of its data, it does not become healthy on {place.name} ({cause})",
        f"fix the cause on {place.name}, then move it again",
        last_lines=lines_of(identifier, SHOWN_LINES) if task is not None else (),
    )
