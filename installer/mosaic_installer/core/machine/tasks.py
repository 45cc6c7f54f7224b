"""`Tasks`: the door to what the nodes of a Swarm run for an installation, and since when."""

from collections.abc import Sequence
from typing import Protocol


class Tasks(Protocol):
    """The tasks of an installation's services."""

    def have_run(self, services: Sequence[str], seconds: float) -> bool:
        """Return whether every task of these services has run for so long on end."""

    def watch(self, services: Sequence[str], seconds: float) -> None:
        """Return once every task of these services has run for so long on end; at once where all
        have. Raises `ServerUnhealthy` with service, node and cause as soon as one of them ends."""
