"""Wait until services have converged, and say why where they do not."""

import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import moment_of
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.tasks import (
    Trouble,
    has_converged,
    pending_of,
    trouble_of,
)

PAUSE = 0.3
SHOWN_LINES = 15
LONGEST_TAIL = 10_000


def last_lines_of(found: Found, service: str, count: int) -> tuple[str, ...]:
    """Return the last lines that the tasks of a service printed."""
    row = found.services().get(service)
    return () if row is None or count <= 0 else lines_of(row["ID"], count)


def lines_of(identifier: str, count: int) -> tuple[str, ...]:
    """Return the last lines of a service, in the order of time whichever task said them."""
    with opened_engine() as client:
        api: Any = client.api  # the stubs of the SDK know little of a Swarm
        said = api.service_logs(
            identifier, stdout=True, stderr=True, timestamps=True, tail=min(count, LONGEST_TAIL)
        )
        content = said if isinstance(said, bytes) else b"".join(said)
    rows = sorted(content.decode(errors="replace").splitlines())
    return tuple(row.partition(" ")[2] for row in rows[-count:])


class Waiting:
    """A wait for services; `tell` hears what they still have to do."""

    def __init__(self, found: Found, tell: Callable[[str], None]) -> None:
        self._found = found
        self._tell = tell

    def wait(self, services: Sequence[str], deadline: float) -> None:
        """Return once all have converged; `deadline` in seconds.

        Raises `ServerUnhealthy`, which names the service, the node and the cause.
        """
        end, told = time.monotonic() + deadline, ""
        while True:
            rows, tasks = self._found.services(), self._found.tasks()
            left = [
                name
                for name in services
                if name not in rows or not has_converged(rows[name], tasks.get(name, ()))
            ]
            if not left:
                return
            for name in left:
                self._refuse(name, rows.get(name), tasks.get(name, ()))
            if time.monotonic() > end:
                raise self._too_slow(left, tasks, deadline)
            seconds = math.ceil((end - time.monotonic()) / 10) * 10
            words = f"waiting for {' and '.join(left)}; {seconds} s left at most"
            if words != told:
                self._tell(words)
                told = words
            time.sleep(PAUSE)

    def _refuse(self, name: str, row: Document | None, tasks: Sequence[Document]) -> None:
        if row is None:
            raise self._failed(name, Trouble(cause="it was removed while we waited for it"))
        since = moment_of(str(row["UpdatedAt"])) or datetime.now(UTC)
        trouble = trouble_of(row, tasks, self._found.nodes(), since)
        if trouble is not None:
            raise self._failed(name, trouble)

    def _failed(self, name: str, trouble: Trouble) -> ServerUnhealthy:
        return ServerUnhealthy(
            f"the service {name} failed {trouble}",
            f"fix the error in the log (`mosaic gateway logs --service {name}`), then run "
            "`mosaic install` again",
            last_lines=last_lines_of(self._found, name, SHOWN_LINES),
        )

    def _too_slow(
        self, left: Sequence[str], tasks: dict[str, tuple[Document, ...]], deadline: float
    ) -> ServerUnhealthy:
        nodes = self._found.nodes()
        waits = {name: pending_of(tasks.get(name, ()), nodes) for name in left}
        told = "; ".join(f"{name} {waits[name] or 'has no task'}" for name in left)
        return ServerUnhealthy(
            f"not running within {deadline:.0f} s: {told}",
            f"`mosaic gateway logs --service {left[0]}` shows what it does; `mosaic install` "
            "continues from here",
            last_lines=last_lines_of(self._found, left[0], SHOWN_LINES),
        )
