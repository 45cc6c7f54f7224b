"""Wait until containers are healthy: the engine's events say when to look again."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mosaic_installer.core.machine.containers import State
from mosaic_installer.errors import InstallerError, ServerUnhealthy
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.container_row import (
    STEADY_AGAIN,
    health_of,
    last_health_check,
    seconds_to_steady,
    state_of,
    worst_of,
)
from mosaic_installer.machine.engine.errors import refused, says_disk_is_full
from mosaic_installer.machine.engine.ours import Ours

if TYPE_CHECKING:
    import docker

SHOWN_LINES = 15
READ_LINES = 60
"""Who crashes again and again has said much since it said why: its next start is in there, too."""
LONGEST_TAIL = 10_000


def last_lines(ours: Ours, service: str, count: int) -> tuple[str, ...]:
    """Return the last lines that a service printed: the worst of its containers."""
    rows = ours.inspected(service).get(service)
    if rows is None or count <= 0:
        return ()
    with opened_engine() as client:
        content = client.api.logs(worst_of(rows)["Id"], tail=min(count, LONGEST_TAIL))
    return tuple(content.decode(errors="replace").splitlines()[-count:])


class Waiting:
    """A wait for containers of one installation; `tell` hears what they still have to do."""

    def __init__(self, ours: Ours, tell: Callable[[str], None]) -> None:
        self._ours = ours
        self._tell = tell

    def wait(self, services: Sequence[str], deadline: float) -> None:
        """Return once all are healthy; see `Containers.wait`."""
        end = time.monotonic() + deadline
        with opened_engine() as client:
            # An engine that is started anew ends what it says before the time is over.
            while (left := end - time.monotonic()) > 0:
                if self._become_healthy(client, services, left):
                    return
        raise self._too_slow(services, deadline)

    def _become_healthy(
        self, client: "docker.DockerClient", services: Sequence[str], seconds: float
    ) -> bool:
        """Follow the engine's events for `seconds` at most; return whether all became healthy."""
        # Subscribed first, then looked: nothing that happens in between is missed.
        events = client.api.events(
            filters={"type": "container", "label": self._ours.label}, decode=True
        )
        # No event tells that a container has run for a while.
        timer = threading.Timer(min(seconds, self._next_look(services)), events.close)
        timer.start()
        try:
            if self._are_healthy(services):
                return True
            return any(self._are_healthy(services) for _event in events)
        finally:
            timer.cancel()
            events.close()
            # The stream's own close leaves it open.
            events._response.close()  # type: ignore[attr-defined]  # noqa: SLF001 - not in the stubs

    def _next_look(self, services: Sequence[str]) -> float:
        """Return the seconds after which one without a health check may have become healthy."""
        rows = [row for found in self._ours.inspected(*services).values() for row in found]
        unasked = [row for row in rows if health_of(row["State"]) == "none"]
        return min((seconds_to_steady(row) or STEADY_AGAIN for row in unasked), default=math.inf)

    def _are_healthy(self, services: Sequence[str]) -> bool:
        found = self._ours.inspected()
        waiting = []
        for service in services:
            worst = worst_of(found[service]) if service in found else None
            state = state_of(worst) if worst else "absent"
            if state in {"exited", "restarting", "unhealthy", "absent"}:
                raise self._ended(service, state)
            if worst and state != "healthy":
                waiting.append(f"{service} {last_health_check(worst)}".rstrip())
        if waiting:
            self._tell("waiting for " + ", ".join(waiting))
        return not waiting

    def _ended(self, service: str, state: State) -> InstallerError:
        words = {
            "exited": "ended right after it was started",
            "restarting": "crashes again and again",
            "unhealthy": "runs, but does not answer its health check",
            "absent": "was removed while we waited for it",
        }
        lines = last_lines(self._ours, service, READ_LINES)
        for line in lines:
            if says_disk_is_full(line):
                return refused(line.strip(), f"the container of {service}")
        return ServerUnhealthy(
            f"the container of {service} {words[state]}",
            f"fix the error in the log (`mosaic gateway logs --service {service}`), then run "
            "`mosaic install` again",
            last_lines=lines[-SHOWN_LINES:],
        )

    def _too_slow(self, services: Sequence[str], deadline: float) -> ServerUnhealthy:
        found = self._ours.inspected(*services)
        well = {name for name, rows in found.items() if state_of(worst_of(rows)) == "healthy"}
        slow = [service for service in services if service not in well] or [*services]
        named = " and ".join(slow)
        return ServerUnhealthy(
            f"{named} did not become healthy within {deadline:.0f} s",
            f"`mosaic gateway logs --service {slow[0]}` shows what it does; "
            "`mosaic install` continues from here",
            last_lines=last_lines(self._ours, slow[0], SHOWN_LINES),
        )
