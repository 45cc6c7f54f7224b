"""Wait until the tasks of services have ended, as what comes next needs their data."""

import time
from collections.abc import Iterable

from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.found import Found, container_labels

PAUSE = 0.2
RUNNING = {"assigned", "accepted", "preparing", "ready", "starting", "running"}
REMOVAL = 120.0
"""Seconds that the containers of a service get to end once it is removed."""


def wait_until_gone(stack: Stack, services: Iterable[str], *, leaves_nothing: bool = False) -> None:
    """Wait for the tasks on this node; a service that is removed leaves no container either.

    Raises `EngineError` where they do not end within `REMOVAL`.
    """
    until = time.monotonic() + REMOVAL
    for name in services:
        label = container_labels(stack, name)
        while any(leaves_nothing or _is_alive(row) for row in Reader().containers(label)):
            if time.monotonic() > until:
                raise EngineError(
                    f"the tasks of {name} did not end within {REMOVAL:.0f} s",
                    f"`docker service ps {stack.project}_{name}` shows them",
                )
            time.sleep(PAUSE)


def wait_until_ended(found: Found, services: Iterable[str]) -> None:
    """Wait for the tasks of services on all nodes that answer; raises `EngineError` likewise."""
    until = time.monotonic() + REMOVAL
    for name in services:
        while tasks := [each for each in found.tasks().get(name, ()) if may_run(each)]:
            up = {row["ID"] for row in Reader().nodes() if row["Status"]["State"] == "ready"}
            left = [each for each in tasks if each["NodeID"] in up]
            if not left:
                break
            if time.monotonic() > until:
                raise _still_there(found, name, left)
            time.sleep(PAUSE)


def _still_there(found: Found, service: str, tasks: Documents) -> EngineError:
    names = found.nodes()
    states = {f"{each['Status']['State']} on {names[each['NodeID']]}" for each in tasks}
    return EngineError(
        f"the tasks of {service} did not end within {REMOVAL:.0f} s: {', '.join(sorted(states))}",
        f"`docker service ps {found.name_of(service)}` shows them",
    )


def may_run(task: Document) -> bool:
    """Return whether a task may have a container that lives."""
    return task["Status"]["State"] in RUNNING


def _is_alive(row: Document) -> bool:
    return bool(row["State"] in {"running", "created", "restarting", "removing", "paused"})
