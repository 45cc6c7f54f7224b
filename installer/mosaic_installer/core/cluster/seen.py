"""What is seen of the nodes of a Swarm, and between them."""

from collections.abc import Mapping

from mosaic_installer.core.frozen import frozen


@frozen
class Unreached:
    """A port of a node that does not answer from here, and why."""

    node: str
    port: int
    reason: str


@frozen
class Sight:
    """What a task on one node saw of the others; nodes by their identifiers."""

    known: int
    """How many tasks, with its own, it knew the addresses of."""
    ahead: Mapping[str, float]
    """By how many seconds the clock of each node that answered is ahead of its own."""
    cut: frozenset[str]
    """The nodes whose large answer did not come whole."""


@frozen
class Traffic:
    """What the nodes saw of each other; nodes by their identifiers."""

    sights: Mapping[str, Sight]
    lacking: Mapping[str, str]
    """Why nothing was tried from a node."""


@frozen
class Overlap:
    """A network of the Swarm, its addresses, and a route of this machine to some of them."""

    name: str
    subnet: str
    route: str
    interface: str
