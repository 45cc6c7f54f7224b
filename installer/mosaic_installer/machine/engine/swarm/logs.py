"""The log of a service: what its tasks printed, in the order of time whichever of them said it."""

from collections.abc import Collection
from typing import Any

from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.swarm.found import Found

LONGEST_TAIL = 10_000
"""Lines."""
TASK = "com.docker.swarm.task.id="
"""What an engine names the task with whose line it is, where it is asked for details."""


def last_lines_of(found: Found, service: str, count: int) -> tuple[str, ...]:
    """Return the last lines that the tasks of a service printed; raises `EngineError`."""
    row = found.services().get(service)
    return () if row is None or count <= 0 else lines_of(row["ID"], count)


def lines_of(identifier: str, count: int, tasks: Collection[str] = ()) -> tuple[str, ...]:
    """Return the last lines of a service; raises `EngineError`.

    With `tasks`, those of these tasks alone, by their identifiers.
    """
    tail = min(count, LONGEST_TAIL)
    said = _said(identifier, stdout=True, stderr=True, details=bool(tasks), tail=tail)
    return in_order(said, tasks)[-count:]


def stdout_of(identifier: str) -> str:
    """Return all that the tasks of a service printed to stdout; raises `EngineError`."""
    return _text(_said(identifier, stdout=True))


def stderr_of(identifier: str) -> str:
    """Return all that the tasks of a service printed to stderr; raises `EngineError`."""
    return _text(_said(identifier, stderr=True))


def in_order(said: bytes, tasks: Collection[str] = ()) -> tuple[str, ...]:
    """Return lines in the order of the moments that each begins with, and without these.

    With `tasks`, those of these alone: each line then says after its moment whose it is.
    """
    # Only a line feed ends a line: what follows any other separator has no moment of its own.
    lines = [line.rstrip("\r") for line in said.decode(errors="replace").split("\n") if line]
    rows = [line.split(" ", 2 if tasks else 1) for line in lines]
    if tasks:
        wanted = {f"{TASK}{task}" for task in tasks}
        rows = [row for row in rows if len(row) > 1 and not wanted.isdisjoint(row[1].split(","))]
    return tuple(row[-1] for row in sorted(rows, key=lambda row: row[0]))


def _text(said: bytes) -> str:
    return "".join(f"{line}\n" for line in in_order(said))


def _said(identifier: str, **wanted: object) -> bytes:
    with opened_engine() as client:
        api: Any = client.api  # the stubs of the SDK know little of a Swarm
        return b"".join(api.service_logs(identifier, timestamps=True, **wanted))
