"""`Tasks` on a Swarm: whether what has converged goes on running."""

import math
import time
from collections.abc import Callable, Iterable, Sequence

from mosaic_installer.core.containers.remedies import remedy_of
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.errors import ServerUnhealthy
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.engine.reader import Document, Documents
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.logs import lines_of
from mosaic_installer.machine.engine.swarm.tasks import (
    has_converged,
    has_failed,
    seconds_run,
    trouble_in,
    wanted_tasks,
)
from mosaic_installer.machine.engine.swarm.waiting import SHOWN_LINES, Waiting

PAUSE = 1.0
PATIENCE = 60.0
"""Seconds for what somebody moves meanwhile to run again."""


class LocalTasks:
    """The tasks of `stack` on the Swarm that this machine's engine manages."""

    def __init__(self, stack: Stack, tell: Callable[[str], None], look: Look | None = None) -> None:
        self._stack = stack
        self._found = Found(stack)
        self._tell = tell
        self._look = look

    def have_run(self, services: Sequence[str], seconds: float) -> bool:
        found = Found(self._stack, self._look or Look()).tasks()
        wanted = [wanted_tasks(found.get(name, ())) for name in services]
        ages = [seconds_run(task) for rows in wanted for task in rows]
        # A manager whose clock is ahead of this one's does not tell for how long.
        return all(wanted) and all(age is not None and not 0 <= age < seconds for age in ages)

    def watch(self, services: Sequence[str], seconds: float) -> None:
        waiting = Waiting(self._found, self._tell)
        former = {str(task["ID"]) for task in _failed(self._found.tasks(), services)}
        first_seen: dict[str, float] = {}
        end = time.monotonic() + seconds + PATIENCE
        while True:
            rows, tasks, now = self._found.services(), self._found.tasks(), time.monotonic()
            for name in services:
                failed = [task for task in _failed(tasks, (name,)) if task["ID"] not in former]
                self._refuse(name, rows.get(name), failed)
            if not all(has_converged(rows[name], tasks.get(name, ())) for name in services):
                waiting.wait(services, PATIENCE)
                continue
            lasting = [
                max(seconds_run(task) or 0, now - first_seen.setdefault(str(task["ID"]), now))
                for name in services
                for task in wanted_tasks(tasks.get(name, ()))
            ]
            left = seconds - min(lasting, default=seconds)
            if left <= 0:
                return
            if now > end:
                raise ServerUnhealthy(
                    f"within {seconds + PATIENCE:.0f} s not all services ran for {seconds:.0f} s "
                    "on end: something moves them again and again",
                    "`mosaic cluster status` shows where they run; once they stay there, run "
                    "`mosaic install` again",
                )
            self._tell(f"{math.ceil(left / 10) * 10} s left")
            time.sleep(min(PAUSE, left))

    def _refuse(self, name: str, row: Document | None, failed: Sequence[Document]) -> None:
        """Refuse a service that is gone, or whose tasks have failed."""
        if row is None:
            raise ServerUnhealthy(
                f"the service {name} was removed by somebody else while we watched it",
                "run `mosaic install` again: it puts the service right",
            )
        trouble = trouble_in(failed, self._found.nodes())
        if trouble is not None:
            raise ServerUnhealthy(
                f"the service {name} had started, but then failed {trouble}",
                remedy_of(name, trouble.cause, trouble.node),
                last_lines=lines_of(row["ID"], SHOWN_LINES, trouble.tasks),
            )


def _failed(tasks: "dict[str, tuple[Document, ...]]", services: Iterable[str]) -> Documents:
    return [task for name in services for task in tasks.get(name, ()) if has_failed(task)]
