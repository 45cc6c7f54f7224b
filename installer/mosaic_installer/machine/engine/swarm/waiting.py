"""Wait until services have converged, and say why where they do not."""

import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from mosaic_installer.core.containers.remedies import remedy_of
from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.container_row import moment_of
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.logs import last_lines_of, lines_of
from mosaic_installer.machine.engine.swarm.standing import where_it_may_run
from mosaic_installer.machine.engine.swarm.tasks import (
    Trouble,
    failure_of,
    has_converged,
    pending_of,
    replicas_of,
    trouble_of,
)

PAUSE = 0.3
SHOWN_LINES = 15


class Waiting:
    """A wait for services; `tell` hears what they still have to do.

    `is_as_written` says of a service, by its name, whether it is still what our file says.
    """

    def __init__(
        self,
        found: Found,
        tell: Callable[[str], None],
        is_as_written: Callable[[str, Document], bool] = lambda _name, _row: True,
    ) -> None:
        self._found = found
        self._tell = tell
        self._is_as_written = is_as_written
        self._seen: dict[str, int] = {}

    def wait(self, services: Sequence[str], deadline: float) -> None:
        """Return once all have converged; `deadline` in seconds.

        Raises `ServerUnhealthy`, which names the service, the node and the cause.
        """
        end, told = time.monotonic() + deadline, ""
        while True:
            rows, tasks = self._found.services(), self._found.tasks()
            for name in services:
                self._refuse_changed(name, rows.get(name))
            left = [name for name in services if not has_converged(rows[name], tasks.get(name, ()))]
            if not left:
                return
            for name in left:
                self._refuse(name, rows[name], tasks.get(name, ()))
            if time.monotonic() > end:
                raise self._too_slow(left, rows, tasks, deadline)
            seconds = math.ceil((end - time.monotonic()) / 10) * 10
            words = f"waiting for {' and '.join(left)}; {seconds} s left at most"
            if words != told:
                self._tell(words)
                told = words
            time.sleep(PAUSE)

    def _refuse_changed(self, name: str, row: Document | None) -> None:
        """Refuse what somebody else made of a service: it would run, and not as it is wanted."""
        if row is None:
            raise _changed(name, "was removed")
        version = int(row["Version"]["Index"])
        if self._seen.get(name) == version:
            return
        self._seen[name] = version
        if self._is_as_written(name, row):
            return
        if replicas_of(row) == 0:
            raise _changed(name, "was scaled to 0")
        is_back = str((row.get("UpdateStatus") or {}).get("State", "")).startswith("rollback")
        raise _changed(name, "was rolled back" if is_back else "was changed")

    def _refuse(self, name: str, row: Document, tasks: Sequence[Document]) -> None:
        trouble = trouble_of(row, tasks, self._found.nodes(), _since(row))
        if trouble is not None:
            raise ServerUnhealthy(
                f"the service {name} failed {trouble}",
                remedy_of(name, trouble.cause, trouble.node),
                last_lines=self._lines(row, trouble),
            )

    def _too_slow(
        self,
        left: Sequence[str],
        rows: dict[str, Document],
        tasks: dict[str, tuple[Document, ...]],
        deadline: float,
    ) -> ServerUnhealthy:
        told = "; ".join(self._cause(name, rows[name], tasks.get(name, ())) for name in left)
        return ServerUnhealthy(
            f"not running within {deadline:.0f} s: {told}",
            f"`mosaic gateway logs --service {left[0]}` shows what it does; `mosaic install` "
            "continues from here",
            last_lines=last_lines_of(self._found, left[0], SHOWN_LINES),
        )

    def _cause(self, name: str, row: Document, tasks: Sequence[Document]) -> str:
        nodes = self._found.nodes()
        waits = pending_of(tasks, nodes)
        failure = failure_of(row, tasks, nodes, _since(row))
        causes = [f"{name} {waits}" if waits else f"{name} has no task"]
        if waits is None or not waits.node:
            causes.append(where_it_may_run(self._found.places(name)))
        if failure is not None:
            causes.append(f"it failed before, {failure}")
        return ", ".join(causes)

    def _lines(self, row: Document, trouble: Trouble) -> tuple[str, ...]:
        """Return what the tasks in trouble printed, and nothing of those before them."""
        return lines_of(row["ID"], SHOWN_LINES, trouble.tasks) if trouble.tasks else ()


def _since(row: Document) -> datetime:
    return moment_of(str(row["UpdatedAt"])) or datetime.now(UTC)


def _changed(name: str, what: str) -> ServerUnhealthy:
    return ServerUnhealthy(
        f"the service {name} {what} by somebody else while we waited for it",
        "run `mosaic install` again: it puts the service right. Does anything else deploy this "
        "stack?",
    )
