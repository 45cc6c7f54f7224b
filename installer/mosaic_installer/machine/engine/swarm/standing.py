"""Which nodes a service may run on, and what keeps it from them."""

from collections.abc import Collection

from mosaic_installer.machine.engine.reader import Document, Documents, Reader


def where_it_may_run(places: Collection[str]) -> str:
    """Return in words which nodes a service may run on, by their identifiers."""
    return words_of_places(places, Reader().nodes())


def words_of_places(places: Collection[str], nodes: Documents) -> str:
    """Return the same, where the nodes are known."""
    told = [told_of(row) for row in nodes if row["ID"] in places]
    if not told:
        return "and no node has the label that lets it run there"
    return f"it may only run on {' or '.join(sorted(told))}"


def told_of(row: Document) -> str:
    """Return the name of a node, and why no task is given to it, where that is so."""
    name, state = str(row["Description"]["Hostname"]), str(row["Status"]["State"])
    if state != "ready":
        return f"{name}, which is {state}"
    kept = {"drain": "drained", "pause": "paused"}.get(str(row["Spec"]["Availability"]))
    return f"{name}, which is {kept}" if kept else name
