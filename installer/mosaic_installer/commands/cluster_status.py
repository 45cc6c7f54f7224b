"""`mosaic cluster status`: nodes, services and tasks; where the data is; what a lost node costs."""

from mosaic_installer.commands.opening import installed_on_swarm
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.quorum import losses_survived
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.errors import UnhealthyError
from mosaic_installer.machine.engine.swarm.overview import Node, Overview, ServiceRow, overview_of
from mosaic_installer.ui import output


def status(*, as_json: bool) -> int:
    """Print what the Swarm has of this installation; the exit code says whether all of it runs.

    Raises `InstallerError` where the installation is not on a Swarm.
    """
    _machine, stack = installed_on_swarm()
    seen = overview_of(stack)
    if as_json:
        output.document(document_of(seen))
    else:
        for line in lines_of(seen):
            output.data(line)
    return 0 if seen.is_whole else UnhealthyError.exit_code


def lines_of(seen: Overview) -> list[str]:
    """Return all of it in lines, for reading."""
    lines = ["Nodes"]
    lines += [f"  {node.name}: {_node(node)}; {_runs(node, seen)}" for node in seen.nodes]
    lines.append("Managers")
    lines += [f"  {line}" for line in _managers(seen)]
    lines.append("Services")
    for row in seen.services:
        lines.append(f"  {row.name}: {row.running} of {row.wanted} running{_where(row)}")
        lines += [f"    {trouble}" for trouble in (*row.troubles, *_misses_here(row, seen))]
    lines.append("If a node is lost")
    lines += [f"  {node.name}: {_cost(node, seen)}" for node in seen.nodes]
    return lines


def _node(node: Node) -> str:
    role = "worker"
    if node.is_manager:
        role = "manager (leader)" if node.is_leader else "manager"
    lost = ", cannot be reached by the other managers" if _is_cut_off(node) else ""
    return f"{role}, {node.state}, {node.availability}{lost}"


def _is_cut_off(node: Node) -> bool:
    return node.is_manager and not node.is_reachable


def _runs(node: Node, seen: Overview) -> str:
    names = [row.name for row in seen.services if node.name in row.nodes]
    return f"runs {', '.join(names)}" if names else "runs nothing of this installation"


def _managers(seen: Overview) -> list[str]:
    lines = [_quorum(len(seen.managers))]
    lost = [node.name for node in seen.managers if _is_cut_off(node)]
    if lost:
        left = losses_survived(len(seen.managers)) - len(lost)
        more = f"{left} more may be" if left > 0 else "nothing can be changed if one more is"
        lines.append(f"{' and '.join(lost)} cannot be reached: {more} lost")
    versions = sorted({node.engine for node in seen.nodes})
    if len(versions) > 1:
        lines.append(f"the nodes have different engines ({', '.join(versions)}): update the older")
    return lines


def _quorum(count: int) -> str:
    if count == 1:
        return "1 manager: while it is down, what runs elsewhere goes on, but cannot be changed"
    if count == 2:
        return (
            "2 managers are worse than one: if either is lost, nothing can be changed; add a third "
            "(`mosaic cluster join-token --manager`), or demote one (`docker node demote NODE`)"
        )
    worse = "" if count % 2 else f", no more than with {count - 1}"
    return f"{count} managers: {losses_survived(count)} may be lost at the same time{worse}"


def _where(row: ServiceRow) -> str:
    kept = "; its data is there" if _has_data(row.name) else ""
    return f" on {', '.join(dict.fromkeys(row.nodes))}{kept}" if row.nodes else ""


def _misses_here(row: ServiceRow, seen: Overview) -> list[str]:
    """Return what is to be done where commands have no gateway on this machine to talk to."""
    if row.name != GATEWAY or not row.nodes or seen.here in ("", *row.nodes):
        return []
    return ["none on this machine, where commands need one: run `mosaic doctor --fix`"]


def _has_data(name: str) -> bool:
    return bool(name in BY_NAME and BY_NAME[name].volume)


def _cost(node: Node, seen: Overview) -> str:
    """Return what goes with a node: services that are bound to it, and their data."""
    bound = [row.name for row in seen.services if row.places == (node.name,)]
    parts = []
    if bound:
        parts.append(f"{', '.join(bound)} will not run until it is back")
        data = [name for name in bound if _has_data(name)]
        if data:
            parts.append(
                f"if it never comes back, the data of {' and '.join(data)} is lost with it"
            )
    for row in seen.services:
        others = [name for name in dict.fromkeys(row.nodes) if name != node.name]
        if row.name not in bound and node.name in row.nodes:
            parts.append(f"{row.name} {_elsewhere(others, _spares(row, seen))}")
    return "; ".join(parts) or "nothing of this installation runs there"


def _elsewhere(others: list[str], spares: list[str]) -> str:
    """Return how a service does without one of its nodes."""
    begins = f"starts again on {' or '.join(spares)}"
    if not others:
        return begins if spares else "will not run until it is back"
    goes_on = f"goes on on {', '.join(others)}"
    return f"{goes_on}, and {begins}" if spares else f"{goes_on}; no other node can take over"


def _spares(row: ServiceRow, seen: Overview) -> list[str]:
    """Return the nodes that the Swarm may start a lost task of a service on."""
    usable = [node.name for node in seen.nodes if node.is_usable]
    return [name for name in row.places if name in usable and name not in row.nodes]


def document_of(seen: Overview) -> dict[str, object]:
    """Return all of it for programs."""
    return {
        "schema": SCHEMA,
        "healthy": seen.is_whole,
        "nodes": [
            {
                "name": node.name,
                "manager": node.is_manager,
                "leader": node.is_leader,
                "reachable": node.is_reachable if node.is_manager else None,
                "state": node.state,
                "availability": node.availability,
                "engine": node.engine,
                "bound": [row.name for row in seen.services if row.places == (node.name,)],
            }
            for node in seen.nodes
        ],
        "services": [
            {
                "name": row.name,
                "wanted": row.wanted,
                "running": row.running,
                "nodes": list(row.nodes),
                "spares": _spares(row, seen),
                "data": list(row.places) if _has_data(row.name) else [],
                "tasks": list(row.tasks),
                "troubles": list(row.troubles),
            }
            for row in seen.services
        ],
    }
