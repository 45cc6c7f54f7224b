"""`Service`: the door to whatever keeps the gateway running."""

from datetime import datetime
from typing import Protocol

from mosaic_installer.core.frozen import frozen


@frozen
class RunningGateway:
    """A gateway that runs: its process, since when, and the fingerprint it was started with."""

    pid: int
    since: datetime
    fingerprint: str
    suspended: tuple[int, ...] = ()
    """Those of its processes that a signal halted (SIGSTOP): they neither answer nor end."""
    elsewhere: tuple[str, ...] = ()
    """The nodes of a Swarm that gateways run on, where none runs on this machine."""
    is_starting: bool = False
    """Whether a Swarm still waits for one of its gateways, although another may answer."""

    @property
    def is_silent(self) -> bool:
        """Whether it cannot answer; a supervisor alone that is suspended keeps nobody from it."""
        return any(pid != self.pid for pid in self.suspended)


class Service(Protocol):
    """Whatever keeps one gateway running."""

    def process(self) -> RunningGateway | None:
        """Return the running gateway, None when there is none."""

    def is_active(self) -> bool:
        """Return whether it runs, or would be started again by itself."""

    def start(self, fingerprint: str) -> None:
        """Start the gateway, carrying `fingerprint` in its environment; does not wait for it."""

    def stop(self) -> None:
        """Stop the gateway and wait until it is gone; nothing to do when it does not run."""

    def remove(self) -> None:
        """Stop it, and take away what keeps it running or starts it again."""

    def last_lines(self, count: int) -> tuple[str, ...]:
        """Return the last lines of the gateway's log."""
