"""What the loss of a node costs: it follows from what runs there, and from what the gateway needs.

A gateway finds another node; a server has its data on one. So a gateway that goes on may still be
of no use, because the database, Valkey or the certificate authority is gone.
"""

from mosaic_installer.core.cluster.forgetting import what_brings_back
from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.cluster.overview import Node, Overview, ServiceRow
from mosaic_installer.core.cluster.quorum import has_majority
from mosaic_installer.core.containers.names import GATEWAY


def troubles_of(row: ServiceRow, seen: Overview) -> tuple[str, ...]:
    """Return what is wrong with a service besides its tasks' own words, and what to do."""
    return (*_older(row), *_kept_from(row, seen), *_none_here(row, seen))


def _older(row: ServiceRow) -> tuple[str, ...]:
    nodes = joined([*dict.fromkeys(row.older)])
    return (f"on {nodes} as it was before it was changed",) if nodes else ()


def _none_here(row: ServiceRow, seen: Overview) -> tuple[str, ...]:
    """Return what is to be done where commands have no gateway on this machine to talk to."""
    is_here = seen.here in ("", *row.at, *row.coming, *(() if row.nodes else row.places))
    if row.name != GATEWAY or is_here:
        return ()
    return ("none on this machine, where commands need one: run `mosaic doctor --fix`",)


def _kept_from(row: ServiceRow, seen: Overview) -> tuple[str, ...]:
    """Return what nodes that are lost or drained now keep a service from."""
    if row.name == GATEWAY and row.running:
        missing = [each.name for each in seen.services if each.is_needed and not each.running]
        return (f"not ready without {joined(missing)}",) if missing else ()
    places = [node for node in seen.nodes if node.name in row.places]
    if row.is_nowhere:
        return ("no node has its label: `mosaic doctor --fix` puts it back",)
    if row.running or not places or any(node.is_usable for node in places):
        return ()
    return tuple(_kept(row, node) for node in places)


def _kept(row: ServiceRow, node: Node) -> str:
    what = "its data is on" if row.has_data else "it may run on"
    is_lost = row.has_data and node.state != "ready"
    ending = f"; if it never comes back, {what_brings_back(row.left)}" if is_lost else ""
    return f"{what} {node.place}: {node.place.way}, and it runs again{ending}"


def costs(seen: Overview) -> list[tuple[str, str]]:
    """Return what the loss of each node that is there would cost, by its name."""
    there = [node for node in seen.nodes if node.state == "ready"]
    return [(node.name, _cost(node.name, seen)) for node in there]


def _cost(node: str, seen: Overview) -> str:
    left = seen.usable(without=(node,))
    idle = [row for row in seen.services if row.places and left.isdisjoint(row.places)]
    stopped = [row for row in idle if node in (*row.places, *row.at)]
    missing = [row.name for row in idle if row.is_needed]
    gateways = [row for row in seen.services if row.name == GATEWAY and row not in stopped]
    is_unready = bool(missing and any(row.wanted for row in gateways))
    ends = [row for row in stopped if row.is_needed]
    parts = []
    if stopped:
        verb = "stops" if len(stopped) == 1 else "stop"
        meanwhile = ", and no gateway is ready meanwhile" if ends and is_unready else ""
        names = joined([row.name for row in stopped])
        parts.append(f"{names} {verb} until it is back{meanwhile}")
    if data := [row.name for row in stopped if row.has_data]:
        parts.append(f"if it never comes back, the data of {joined(data)} is lost with it")
    for row in seen.services:
        if row not in stopped and node in row.at and not (row in gateways and ends):
            parts.append(f"{row.name} {_elsewhere(node, row, seen)}")
            if row in gateways and is_unready:
                parts.append(f"no gateway is ready without {joined(missing)}")
    coming = [row.name for row in seen.services if node in row.coming and row not in stopped]
    if coming and not parts:
        parts.append(f"what is to run there ({joined(coming)}) starts elsewhere, or waits for it")
    parts = parts or ["nothing of this installation runs there"]
    if _blocks(node, seen):
        parts.append("nothing can be changed until it is back")
    return "; ".join(parts)


def _blocks(node: str, seen: Overview) -> bool:
    """Return whether the managers without that one, as far as they are there, are too few."""
    names = [each.name for each in seen.managers]
    left = [each.name for each in seen.managers if each.is_reachable and each.name != node]
    return node in names and not has_majority(len(names), len(left))


def _elsewhere(node: str, row: ServiceRow, seen: Overview) -> str:
    """Return how a service does without one of its nodes."""
    others = [name for name in row.at if name != node]
    takers = " or ".join(spares(row, seen))
    if not others:
        return f"starts again on {takers}" if takers else "stops until it is back"
    goes_on = f"keeps running on {joined(others)}"
    return (
        f"{goes_on}; {takers} starts another" if takers else f"{goes_on}; no other node takes over"
    )


def spares(row: ServiceRow, seen: Overview) -> list[str]:
    """Return the nodes that the Swarm may start a lost task of a service on."""
    usable = seen.usable()
    return [name for name in row.places if name in usable and name not in (*row.at, *row.coming)]
