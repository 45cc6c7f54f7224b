"""Jobs that end by themselves: one task on one node or on each, its outcome, and what it said."""

import time
from copy import deepcopy
from datetime import UTC, datetime

from mosaic_installer.core.containers.labels import IMAGE, SERVICE
from mosaic_installer.core.frozen import frozen
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.bound import usable_nodes
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.logs import stderr_of, stdout_of
from mosaic_installer.machine.engine.swarm.membership import all_nodes
from mosaic_installer.machine.engine.swarm.specs import Spec

PAUSE = 0.2
ONCE = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}
ENDED = {"complete", "failed", "rejected", "orphaned"}


@frozen
class Ended:
    """What became of a job: the exit code of its program, None where that never ran to an end."""

    is_done: bool
    code: int | None
    cause: str
    """In the engine's words, or the program's last ones."""
    output: str


def named(job: str) -> str:
    """Return a name that no job has had: an engine may still end the former one."""
    return f"{job}-{datetime.now(UTC):%H%M%S%f}"


def marks_of_job(service: Spec) -> dict[str, str]:
    """Return the labels of a job for a service: without that of one, it is none that is watched."""
    return {key: each for key, each in service["Labels"].items() if key not in {SERVICE, IMAGE}}


def job_on_each(service: Spec, name: str) -> Spec:
    """Return the spec of a job on every node, of the image that a service has, and nothing else."""
    return {
        "Name": named(name),
        "Labels": marks_of_job(service),
        "Mode": {"GlobalJob": {}},
        "EndpointSpec": {"Mode": "dnsrr"},
        "TaskTemplate": {
            "ContainerSpec": {
                "Image": service["TaskTemplate"]["ContainerSpec"]["Image"],
                "Healthcheck": {"Test": ["NONE"]},
                "CapabilityDrop": ["ALL"],
                "Privileges": {"NoNewPrivileges": True},
                "ReadOnly": True,
            },
            "RestartPolicy": {"Condition": "none"},
            "LogDriver": {"Name": "json-file", "Options": {"max-size": "10m"}},
        },
    }


def job_at(service: Spec, node: str, name: str) -> Spec:
    """Return the spec of such a job on one node."""
    job = {**job_on_each(service, name), "Mode": deepcopy(ONCE)}
    job["TaskTemplate"]["ContainerSpec"]["Init"] = True
    job["TaskTemplate"]["Placement"] = {"Constraints": [f"node.id=={node}"]}
    return job


def job_like(service: Spec, purpose: str) -> Spec:
    """Return the spec of a job that has all that a service has, and that nobody takes for it."""
    job = deepcopy(service)
    job.pop("UpdateConfig", None)
    job |= {
        "Name": named(f"{service['Name']}-{purpose}"),
        "Labels": marks_of_job(service),
        "Mode": deepcopy(ONCE),
        "EndpointSpec": {"Mode": "dnsrr"},
    }
    task = job["TaskTemplate"]
    task["RestartPolicy"] = {"Condition": "none"}
    task["ContainerSpec"]["Healthcheck"] = {"Test": ["NONE"]}
    for network in task["Networks"]:
        network["Aliases"] = []  # who asks for the service must not reach the job
    return job


def run_job(changes: Changes, job: Spec, seconds: float) -> Ended:
    """Run a job to its end, and remove it; one that takes longer has failed."""
    identifier = changes.create(job)
    try:
        return outcome_of(identifier, _last_task(identifier, seconds))
    finally:
        changes.remove_job(identifier)


def _last_task(identifier: str, seconds: float) -> Document | None:
    until = time.monotonic() + seconds
    while True:
        tasks = Reader().tasks(identifier)
        if any(has_ended(task) for task in tasks) or time.monotonic() > until:
            return decisive_of(tasks)
        time.sleep(PAUSE)


def tasks_on_each(identifier: str, seconds: float) -> dict[str, Document]:
    """Return the tasks of a job on every node, by their nodes, once all have ended.

    Where the time is over before, as they are then.
    """
    until = time.monotonic() + seconds
    while True:
        rows = sorted(Reader().tasks(identifier), key=_weight)
        tasks = {str(task["NodeID"]): task for task in rows}
        ended = {node for node in tasks if has_ended(tasks[node])}
        if ended >= set(usable_nodes(all_nodes())) or time.monotonic() > until:
            return tasks
        time.sleep(PAUSE)


def decisive_of(tasks: Documents) -> Document | None:
    """Return the task that says how a job went: a Swarm may make another beside it.

    An engine lists them in no order.
    """
    return max(tasks, key=_weight, default=None)


def _weight(task: Document) -> tuple[bool, bool, str]:
    return task["Status"]["State"] == "complete", has_ended(task), str(task["CreatedAt"])


def has_ended(task: Document) -> bool:
    """Return whether a task is over, one way or the other."""
    return task["Status"]["State"] in ENDED


def outcome_of(identifier: str, task: Document | None) -> Ended:
    """Return what became of a job, by its last task; None where there never was one."""
    status = task["Status"] if task is not None else {}
    has_run = bool((status.get("ContainerStatus") or {}).get("ContainerID"))
    is_done = status.get("State") == "complete"
    output = stdout_of(identifier) if has_run else ""
    last = stderr_of(identifier).strip() if has_run and not is_done else ""
    code = (status.get("ContainerStatus") or {}).get("ExitCode") if has_run else None
    said = str(status.get("Err") or status.get("Message") or "no node took it")
    return Ended(is_done=is_done, code=code, cause=last or said, output=output)
