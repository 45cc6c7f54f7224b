"""Migrate the database by a job of its own, before any task of the new gateway starts."""

import time

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.errors import DatabaseNotMigrated
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.logs import lines_of
from mosaic_installer.machine.engine.swarm.one_off import decisive_of, has_ended, job_like
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.standing import where_it_may_run
from mosaic_installer.machine.engine.swarm.tasks import cause_of

DEADLINE = 300.0
TAKEN = 60.0
"""Seconds until a node has taken the job; one that none may take would wait for ever."""
PAUSE = 0.2
SHOWN_LINES = 15


def job_of(gateway: Spec) -> Spec:
    """Return the spec of a job that does what the gateway would, and only migrates."""
    job = job_like(gateway, "migrate")
    task = job["TaskTemplate"]
    task["Placement"].pop("MaxReplicas", None)
    task["ContainerSpec"]["Args"] = ["migrate"]
    return job


def migrate(changes: Changes, found: Found, gateway: Spec) -> None:
    """Run the job to its end; raises `DatabaseNotMigrated` where that is no good one."""
    changes.remove_jobs()
    identifier = changes.create(job_of(gateway))
    try:
        task = _ended(identifier)
        if task is None or task["Status"]["State"] != "complete":
            raise _failed(identifier, task, found)
    finally:
        changes.remove_jobs()


def _ended(identifier: str) -> Document | None:
    """Wait for the task of the job; return the last that is known of it.

    It is asked for: an engine has events of services, and of containers of its own node, but none
    of tasks, and one that is rejected never has a container.
    """
    begun = time.monotonic()
    while True:
        tasks = Reader().tasks(identifier)
        patience = DEADLINE if any(task.get("NodeID") for task in tasks) else TAKEN
        is_over = time.monotonic() > begun + patience
        if is_over or any(map(has_ended, tasks)):
            return decisive_of(tasks)
        time.sleep(PAUSE)


def _failed(identifier: str, task: Document | None, found: Found) -> DatabaseNotMigrated:
    cause = cause_of(task["Status"]) if task is not None else "it has no task"
    node = found.nodes().get(str((task or {}).get("NodeID", "")), "")
    where = f" on node {node}: {cause}" if node else f": {cause}, {_where(found)}"
    return DatabaseNotMigrated(
        f"the job of the service {GATEWAY} that migrates the database did not succeed{where}",
        "the gateway is as it was before; fix the cause, and run `mosaic install` again",
        last_lines=lines_of(identifier, SHOWN_LINES),
    )


def _where(found: Found) -> str:
    return where_it_may_run(found.places(GATEWAY))
