"""A move of a service to another node that has not ended: how far it is, and what ends it."""

from collections.abc import Iterable

from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.frozen import frozen


@frozen
class Move:
    """A move that is under way, or was cut off: nobody can see which."""

    service: str
    source: str
    """The name of the node that its data comes from, as it is known; so with `target`."""
    target: str
    has_begun: bool
    """Whether the service may have begun on the target: then it goes on there."""

    @property
    def what_is(self) -> str:
        """Return how it stands."""
        if self.has_begun:
            return (
                f"the move of {self.service} to {self.target} has not ended: it may have begun "
                f"there, and its old data on {self.source} is as it was"
            )
        return (
            f"the move of {self.service} to {self.target} has not ended: its data on {self.source} "
            "is as it was"
        )

    @property
    def way(self) -> str:
        """Return what to do."""
        cut_off = "if it is still going on, wait for it; if it was cut off, `mosaic install`"
        if self.has_begun:
            return f"{cut_off} ends it"
        return f"{cut_off} starts {self.service} on {self.source} again"


def why_stopped(service: str, moves: Iterable[Move]) -> str:
    """Return why nothing of a service is to run, and what starts it; `moves` have not ended."""
    for move in moves:
        if move.service == service:
            return f"{move.what_is}; {move.way}"
    starts = "mosaic gateway start" if service == GATEWAY else "mosaic doctor --fix"
    return f"stopped; `{starts}` starts it"
