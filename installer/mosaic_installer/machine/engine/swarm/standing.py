"""Which nodes a service may run on, and what keeps it from them."""

from collections.abc import Collection

from mosaic_installer.core.cluster.node_names import in_order, sorted_names
from mosaic_installer.core.cluster.place import Place
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.bound import is_usable


def where_it_may_run(places: Collection[str]) -> str:
    """Return in words which nodes a service may run on, by their identifiers."""
    return words_of_places(places, Reader().nodes())


def words_of_places(places: Collection[str], nodes: Documents) -> str:
    """Return the same, where the nodes are known."""
    told = [told_of(row) for row in nodes if row["ID"] in places]
    if not told:
        return "and no node has the label that lets it run there"
    return f"it may only run on {' or '.join(sorted_names(told))}"


def waited_for(places: Collection[str], nodes: Documents) -> str:
    """Return in words the nodes that a service waits for; empty where one of them takes tasks."""
    rows = [row for row in nodes if row["ID"] in places]
    if any(map(is_usable, rows)):
        return ""
    return " or ".join(sorted_names(map(told_of, rows)))


def told_of(row: Document) -> str:
    """Return the name of a node, and why no task is given to it, where that is so."""
    (place,) = places_of((row,))
    return place.name if is_usable(row) else str(place)


def places_of(rows: Documents) -> tuple[Place, ...]:
    """Return these nodes as places of a service, in the order of their names."""
    places = [
        Place(
            name=str(row["Description"]["Hostname"]),
            state=str(row["Status"]["State"]),
            availability=str(row["Spec"]["Availability"]),
        )
        for row in rows
    ]
    return tuple(sorted(places, key=lambda place: in_order(place.name)))
