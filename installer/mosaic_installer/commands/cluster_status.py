"""`mosaic cluster status`: nodes, services and tasks; where the data is; what a lost node costs."""

from mosaic_installer.commands.opening import installed_on_swarm
from mosaic_installer.core.cluster.losses import costs, spares, troubles_of
from mosaic_installer.core.cluster.node_names import joined
from mosaic_installer.core.cluster.overview import Node, Overview, ServiceRow
from mosaic_installer.core.cluster.quorum import words_of, words_of_rest
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.errors import UnhealthyError
from mosaic_installer.machine.engine.swarm.overview import overview_of
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
        output.items("\n".join(lines_of(seen)))
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
        lines += [f"    {trouble}" for trouble in (*row.troubles, *troubles_of(row, seen))]
    is_lost = any(node.state != "ready" for node in seen.nodes)
    lines.append("If another node is lost" if is_lost else "If a node is lost")
    lines += [f"  {name}: {cost}" for name, cost in costs(seen)]
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
    names = [row.name for row in seen.services if node.name in row.at]
    coming = [row.name for row in seen.services if node.name in row.coming]
    told = [f"runs {joined(names)}"] if names else []
    told += [f"is to run {joined(coming)}"] if coming else []
    return "; ".join(told) or "runs nothing of this installation"


def _managers(seen: Overview) -> list[str]:
    count, lost = len(seen.managers), [node.name for node in seen.managers if _is_cut_off(node)]
    lines = [words_of(count)]
    if lost:
        left = words_of_rest(count, len(lost))
        lines = [f"{count} managers, of which {joined(lost)} cannot be reached: {left}"]
    versions = sorted({node.engine for node in seen.nodes})
    if len(versions) > 1:
        lines.append(f"the nodes have different engines ({', '.join(versions)}): update the older")
    return lines


def _where(row: ServiceRow) -> str:
    kept = "; its data is there" if row.has_data else ""
    return f" on {joined([*dict.fromkeys(row.nodes)])}{kept}" if row.nodes else ""


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
                "spares": spares(row, seen),
                "data": list(row.places) if row.has_data else [],
                "tasks": list(row.tasks),
                "troubles": list(row.troubles),
            }
            for row in seen.services
        ],
    }
