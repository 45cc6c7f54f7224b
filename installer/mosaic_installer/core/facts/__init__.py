"""Everything that checks and stages rest on: measured, then only read."""

from collections.abc import Collection, Mapping

from mosaic_installer.core.containers.part import Part
from mosaic_installer.core.facts.host import Host
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.core.facts.surroundings import Surroundings
from mosaic_installer.core.frozen import field, frozen


@frozen
class Facts:
    """The machine as it is, and what is around it as far as these answers ask for that."""

    host: Host
    around: Surroundings = field(default_factory=Surroundings)

    def holder_of(self, port: int, bind: str) -> Listener | None:
        """Return the program, not ours, that keeps us from listening at `bind`:`port`."""
        for listener in self.host.listeners:
            is_ours = listener.is_ours or port in self._published
            if listener.port == port and listener.blocks(bind) and not is_ours:
                return listener
        return None

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is on the engine of this installation."""
        parts = self.around.engine.parts if self.around.engine else ()
        return tuple(part for part in parts if part.project == self.host.project)

    @property
    def elsewhere(self) -> Mapping[str, str]:
        """Services whose data is on other nodes of a Swarm, and the names of those."""
        return self.around.engine.swarm.elsewhere if self.around.engine else {}

    @property
    def has_usable_engine(self) -> bool:
        """Whether the container engine was asked, and answered."""
        return self.around.engine is not None and self.around.engine.is_usable

    @property
    def _published(self) -> set[int]:
        return {port for part in self.parts for port, _inside in part.ports}

    def next_free_port(self, port: int, bind: str, besides: Collection[int] = ()) -> int:
        """Return the first port at or above `port` where nothing keeps us from listening.

        `besides` are ports that another service of ours wants.
        """
        candidates = (number for number in range(port, 65536) if number not in besides)
        return next((each for each in candidates if self.holder_of(each, bind) is None), port)
