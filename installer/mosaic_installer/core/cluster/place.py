"""A node that a service may run on, and whether it can run there now."""

from mosaic_installer.core.frozen import frozen

KEPT = {"drain": "drained", "pause": "paused"}
"""What an engine calls a node that is given no tasks, and what we call it."""


@frozen
class Place:
    """A node that a service may run on; `state` and `availability` are the engine's words."""

    name: str
    state: str
    availability: str

    @property
    def is_kept(self) -> bool:
        """Whether somebody wants nothing to start there: that stays so until they say otherwise."""
        return self.availability != "active"

    @property
    def is_down(self) -> bool:
        """Whether it is missed. One whose state is `unknown` is not: so are all nodes for a moment,
        when another manager takes the lead."""
        return self.state == "down"

    @property
    def way(self) -> str:
        """What lets services start there: some nodes are drained first, and then switched off."""
        starts = f"start {self.name}" if self.state != "ready" else ""
        activates = f"run `mosaic cluster activate {self.name}`" if self.is_kept else ""
        return " and ".join(filter(None, (starts, activates)))

    def __str__(self) -> str:
        kept = KEPT.get(self.availability, self.availability) if self.is_kept else ""
        lost = self.state if self.state != "ready" else ""
        return f"{self.name}, which is {' and '.join(filter(None, (kept, lost)))}"
