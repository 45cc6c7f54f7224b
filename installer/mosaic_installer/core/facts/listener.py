"""What listens on the ports of this machine."""

from mosaic_installer.core.frozen import frozen


@frozen
class Listener:
    """A TCP socket that listens on this machine."""

    address: str
    port: int
    program: str = ""
    pid: int | None = None
    is_ours: bool = False

    def blocks(self, bind: str) -> bool:
        """Return whether it keeps us from listening on the same port at address `bind`."""
        everywhere = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        return self.address == bind or self.address in everywhere or bind in everywhere

    @property
    def holder(self) -> str:
        """The words for who listens."""
        if self.pid is None:
            return "another program (root can see which: `ss -ltnp`)"
        return f"`{self.program}` (pid {self.pid})"
