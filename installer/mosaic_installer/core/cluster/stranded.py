"""Services that no node can run: said at once, and not waited for as if they were slow."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from mosaic_installer.core.cluster.forgetting import what_brings_back
from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.cluster.place import Place
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import ServerUnhealthy

NOWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@frozen
class Stranded:
    """Services that may only run on these nodes, none of which takes tasks."""

    services: tuple[str, ...]
    places: tuple[Place, ...]
    left: tuple[str, ...] = ()
    """The names of the nodes where moves of the first of them have left old data."""

    @property
    def may_return(self) -> bool:
        """Whether one of the nodes is down, which may end by itself."""
        return any(place.is_down and not place.is_kept for place in self.places)

    @property
    def nodes(self) -> str:
        """The names of the nodes, in a sentence."""
        return " or ".join(place.name for place in self.places)

    def refusal(self) -> ServerUnhealthy:
        """Return the error that says which node it is, and what to do there."""
        data = [each for each in self.services if BY_NAME[each].volume]
        its, it = ("its", "it") if len(self.services) == 1 else ("their", "they")
        where = f"{its} data is on" if data else f"{it} may only run on"
        places = ", or ".join(map(str, self.places))
        return ServerUnhealthy(
            f"{joined(self.services)} cannot run now: {where} {places}", self._way(data)
        )

    def _way(self, data: Sequence[str]) -> str:
        names, starts = joined(self.services), "starts" if len(self.services) == 1 else "start"
        ways = ", or ".join(place.way for place in self.places)
        ending = ""
        if data and any(place.state != "ready" for place in self.places):
            ending = f"; if that never comes back, {what_brings_back(self.left)}"
        elif data:
            ending = f"; then `mosaic cluster move {data[0]} NODE` takes it away, if you like"
        return f"{ways}: {names} {starts} there again{ending}"


def stranded_of(
    places: Mapping[str, tuple[Place, ...]], left: Mapping[str, tuple[str, ...]] = NOWHERE
) -> Stranded | None:
    """Return the first services, by their names, that no node can run; None where there are none.

    Those with the same places are told together. `left` are the names of nodes with old data of
    each service.
    """
    lost = {
        name: found
        for name, found in places.items()
        if found and all(each.is_kept or each.is_down for each in found)
    }
    if not lost:
        return None
    first = next(iter(lost.values()))
    names = tuple(name for name in lost if lost[name] == first)
    return Stranded(services=names, places=first, left=left.get(names[0], ()))
