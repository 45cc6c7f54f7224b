"""The tasks of a service: what they do, whether they have converged, and what keeps them from it.

A Swarm has no deadline, and to it `pending` is no failure: it goes on trying. So a service has
converged when every slot runs the wanted spec and has done so for a while; it has failed when the
same thing went wrong often enough. docs.docker.com/reference/api/engine, `Task`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from mosaic_installer.core.containers.fingerprint import FINGERPRINT
from mosaic_installer.core.containers.labels import IMAGE
from mosaic_installer.core.containers.swarm import MONITOR
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine.containers import FoundContainer, State
from mosaic_installer.machine.engine.container_row import labels_of, moment_of
from mosaic_installer.machine.engine.reader import Document, Documents

REJECTIONS = 2
"""How often a node may refuse a task with the same words."""
FAILURES = 3
"""How often a task may end."""
MOVED = "assigned node no longer meets constraints"
"""What a Swarm says of a task that it ends because its node lost our label (swarmkit:
manager/orchestrator/constraintenforcer). It begins elsewhere; that is no failure."""
ENDED = {"failed", "rejected", "orphaned", "complete", "shutdown", "remove"}
STATES: Mapping[str, State] = {"running": "healthy", "starting": "starting"}
"""A task with a health check is `starting` until that finds it well."""
KILLED = "non-zero exit (137)"
"""What is said of a task whose program was killed: by the kernel, where memory ran out,
or by somebody; the engine does not tell which."""


@frozen
class Trouble:
    """Why a service does not converge: the cause in the engine's words, and on which node."""

    cause: str
    node: str = ""
    """The name of the node; empty where no node has taken the task."""
    tasks: tuple[str, ...] = ()
    """The identifiers of the tasks that it is about."""

    def __str__(self) -> str:
        return f"on node {self.node}: {self.cause}" if self.node else self.cause


def state_of_task(task: Document) -> State:
    """Return what a task does, in the words that we have for containers."""
    state = str(task["Status"]["State"])
    return "exited" if state in ENDED else STATES.get(state, "created")


def fingerprint_of(spec: Document) -> str:
    """Return the fingerprint in a task's or a service's `ContainerSpec`; empty without one."""
    for variable in spec.get("Env") or ():
        name, _, value = str(variable).partition("=")
        if name == FINGERPRINT:
            return value
    return ""


def replicas_of(service: Document) -> int:
    """Return how many tasks a service is to have."""
    return int(service["Spec"]["Mode"]["Replicated"].get("Replicas", 1))


def wanted_tasks(tasks: Documents) -> list[Document]:
    """Return the tasks that are to run, in the order of their slots."""
    rows = [task for task in tasks if task["DesiredState"] in {"running", "ready"}]
    return sorted(rows, key=lambda task: int(task.get("Slot") or 0))


def ran_last_on(tasks: Documents) -> str:
    """Return the node that a service had its last container on; empty where it had none.

    An engine keeps the last few tasks of each slot (`--task-history-limit`, 5 as it comes).
    """
    begun = [
        task for task in tasks if (task["Status"].get("ContainerStatus") or {}).get("ContainerID")
    ]
    last = max(begun, key=lambda task: str(task["CreatedAt"]), default=None)
    return str(last["NodeID"]) if last is not None else ""


def current_tasks(service: Document, tasks: Documents) -> list[Document]:
    """Return the tasks that were made from what the service is now."""
    template = service["Spec"]["TaskTemplate"]
    return [task for task in tasks if _is_of(task["Spec"], template)]


def _is_of(spec: Document, template: Document) -> bool:
    same = bool(spec.get("ContainerSpec") == template.get("ContainerSpec"))
    return same and int(spec.get("ForceUpdate") or 0) == int(template.get("ForceUpdate") or 0)


def has_converged(service: Document, tasks: Documents) -> bool:
    """Return whether every slot runs what the service is now, and nothing else is to run."""
    wanted = wanted_tasks(tasks)
    current = current_tasks(service, wanted)
    is_whole = len(wanted) == len(current) == replicas_of(service)
    return is_whole and not _is_updating(service) and all(map(_is_steady, current))


def _is_steady(task: Document) -> bool:
    seconds = seconds_run(task)
    # A manager's clock may be ahead of this one.
    return seconds is not None and not 0 <= seconds < MONITOR


def seconds_run(task: Document) -> float | None:
    """Return for how long a task has been running; None where it does not.

    By a manager's clock, when it heard of it: a node says it with a clock of its own. Negative
    where that clock is ahead of this one.
    """
    since = moment_of(str(task["UpdatedAt"]))
    if task["Status"]["State"] != "running" or since is None:
        return None
    return (datetime.now(UTC) - since).total_seconds()


def _is_updating(service: Document) -> bool:
    return bool((service.get("UpdateStatus") or {}).get("State", "completed") != "completed")


def trouble_of(
    service: Document, tasks: Documents, nodes: Mapping[str, str], since: datetime
) -> Trouble | None:
    """Return why a service has failed since its last update began, or else since that moment.

    None while it may still converge.
    """
    update = service.get("UpdateStatus") or {}
    ended = _ended(service, tasks, since)
    rejected = [task for task in ended if task["Status"]["State"] == "rejected"]
    words = [str(task["Status"].get("Err", "")) for task in rejected]
    is_refused = any(words.count(each) >= REJECTIONS for each in words)
    is_paused = str(update.get("State", "")).endswith("paused")
    if is_refused or len(ended) >= FAILURES or is_paused:
        return trouble_in(ended, nodes) or Trouble(cause=str(update.get("Message", "it has ended")))
    return None


def failure_of(
    service: Document, tasks: Documents, nodes: Mapping[str, str], since: datetime
) -> Trouble | None:
    """Return how a task of a service ended last, from the moment that `trouble_of` counts from."""
    return trouble_in(_ended(service, tasks, since), nodes)


def pending_of(tasks: Documents, nodes: Mapping[str, str]) -> Trouble | None:
    """Return what a service waits for, in the words of its node or of the manager."""
    waiting = [task for task in wanted_tasks(tasks) if task["Status"]["State"] != "running"]
    return trouble_in(waiting, nodes)


def trouble_in(tasks: Sequence[Document], nodes: Mapping[str, str]) -> Trouble | None:
    """Return what the last of these tasks says of itself; None where there are none."""
    if not tasks:
        return None
    last = max(tasks, key=lambda task: str(task["CreatedAt"]))
    return Trouble(
        cause=cause_of(last["Status"]),
        node=nodes.get(str(last.get("NodeID", "")), ""),
        tasks=tuple(str(task["ID"]) for task in tasks),
    )


def cause_of(status: Document) -> str:
    """Return a task's state and why it is in it, in the engine's words."""
    state, said = str(status["State"]), str(status.get("Err") or status.get("Message") or "")
    if state == "starting":
        return f"{state}: it runs, but its health check has not succeeded"
    if KILLED in said:
        return (
            f"{state}: {said}: it was killed, by somebody or because its memory limit is too small"
        )
    # What reads causes is imported where there are any.
    from mosaic_installer.core.containers.remedies import shortened

    return f"{state}: {shortened(said)}"


def _ended(service: Document, tasks: Documents, since: datetime) -> list[Document]:
    """Return the tasks of a service that ended since its last update began, or since that moment.

    They were made since: that moment is a manager's, and their nodes may have other clocks.
    """
    update = service.get("UpdateStatus") or {}
    begun = moment_of(str(update["StartedAt"])) if update.get("StartedAt") else None
    current = current_tasks(service, tasks)
    return [task for task in current if _ended_after(task, begun or since)]


def _ended_after(task: Document, since: datetime) -> bool:
    moment = moment_of(str(task["CreatedAt"]))
    return has_failed(task) and moment is not None and moment >= since


def has_failed(task: Document) -> bool:
    """Return whether a task ended that nobody told to end."""
    is_bad = task["Status"]["State"] in {"failed", "rejected", "orphaned", "complete"}
    return is_bad and task["Status"].get("Err") != MOVED


def image_of(service: Document) -> str:
    """Return the name of the image that a service was made from."""
    return str(labels_of(service["Spec"]).get(IMAGE, ""))


def container_of(name: str, service: Document, task: Document) -> FoundContainer:
    """Return a task of a service in the words that we have for containers."""
    state = state_of_task(task)
    ports = (service["Spec"].get("EndpointSpec") or {}).get("Ports") or ()
    is_up = state in {"healthy", "starting"}
    return FoundContainer(
        service=name,
        number=int(task.get("Slot") or 1),
        image=image_of(service),
        state=state,
        since=moment_of(str(task["Status"]["Timestamp"])) if is_up else None,
        ports=tuple(f"*:{port['PublishedPort']}" for port in ports) if replicas_of(service) else (),
    )
