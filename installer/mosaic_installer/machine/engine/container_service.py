"""`Service` of a gateway that is a container: the engine keeps it running, and keeps its log."""

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.machine.engine.container_row import (
    RUNNING,
    fingerprint_of,
    is_attached,
    moment_of,
    state_of,
    worst_of,
)
from mosaic_installer.machine.engine.containers import LocalContainers


class ContainerService:
    """The gateway among `containers`; `is_alone` where there are no servers beside it."""

    def __init__(self, containers: LocalContainers, *, is_alone: bool) -> None:
        self._containers = containers
        self._is_alone = is_alone

    def process(self) -> RunningGateway | None:
        rows = self._containers.inspected(GATEWAY).get(GATEWAY)
        # What is true of the worst of several is what has to be mended.
        row = worst_of(rows) if rows else None
        if row is None or state_of(row) not in RUNNING:
            return None
        since = moment_of(row["State"]["StartedAt"])
        if since is None:
            return None
        # A container goes on with the image that it was made from; the name may mean a newer one.
        # One that hangs, or that its servers cannot be found from, is started anew.
        is_same = self._containers.image_id(row["Config"]["Image"]) == row["Image"]
        is_current = is_same and state_of(row) != "unhealthy" and is_attached(row, GATEWAY)
        return RunningGateway(
            pid=row["State"]["Pid"],
            since=since,
            fingerprint=fingerprint_of(row) if is_current else "",
        )

    def is_active(self) -> bool:
        return GATEWAY in self._containers.inspected(GATEWAY)

    def start(self, fingerprint: str) -> None:
        self._containers.up({GATEWAY: fingerprint})

    def stop(self) -> None:
        self._containers.stop(GATEWAY)

    def remove(self) -> None:
        if self._is_alone:
            # Nothing else would take the network away.
            self._containers.remove(with_volumes=False)
        else:
            self._containers.discard(GATEWAY)

    def last_lines(self, count: int) -> tuple[str, ...]:
        return self._containers.last_lines(GATEWAY, count)
