"""`mosaic cluster`: make a Swarm of this machine; its nodes, services and tasks, and the data."""

from mosaic_installer.commands.opening import installed_gateway
from mosaic_installer.core.containers.services import BY_NAME
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.core.runtime import SwarmService
from mosaic_installer.errors import InstallerError, UnhealthyError
from mosaic_installer.machine.engine.swarm.overview import Node, Overview, ServiceRow, overview_of
from mosaic_installer.machine.engine.swarm.start import start_swarm
from mosaic_installer.ui import output


def init(address: str) -> int:
    """Make a Swarm of one node; nothing to do where there is one."""
    if not start_swarm(address):
        output.say("This machine manages a Swarm already.")
        return 0
    output.say("This machine is now a Swarm of one node, and manages it.")
    output.say(
        "Its port 2377 is open for other nodes; let a firewall keep everybody else away from it."
    )
    output.say(
        "Install on it with `mosaic install --tier standalone --set gateway.runtime=swarm --set "
        "gateway.bind=0.0.0.0`."
    )
    return 0


def status(*, as_json: bool) -> int:
    """Print what the Swarm has of this installation; the exit code says whether all of it runs.

    Raises `InstallerError` where the installation is not on a Swarm.
    """
    _machine, gateway, _meta = installed_gateway()
    if not isinstance(gateway.runtime, SwarmService):
        raise InstallerError(
            "this installation is not on a Swarm",
            "`mosaic status` says how it is; `gateway.runtime` decides what it runs on",
            identifier="not-on-swarm",
        )
    seen = overview_of(gateway.runtime.stack)
    if as_json:
        output.document(_document(seen))
    else:
        for line in _lines(seen):
            output.data(line)
    return 0 if seen.is_whole else UnhealthyError.exit_code


def _lines(seen: Overview) -> list[str]:
    lines = ["Nodes"]
    lines += [f"  {node.name}: {_node(node)}" for node in seen.nodes]
    lines.append("Services")
    for row in seen.services:
        lines.append(f"  {row.name}: {row.running} of {row.wanted} running{_where(row)}")
        lines += [f"    {trouble}" for trouble in row.troubles]
    lines.append("If a node is lost")
    lines += [f"  {node.name}: {_cost(node, seen)}" for node in seen.nodes]
    return lines


def _node(node: Node) -> str:
    role = "manager" if node.is_manager else "worker"
    return f"{role}, {node.state}, {node.availability}"


def _where(row: ServiceRow) -> str:
    has_data = BY_NAME[row.name].volume if row.name in BY_NAME else ""
    kept = "; its data is there" if has_data else ""
    return f" on {', '.join(row.nodes)}{kept}" if row.nodes else ""


def _cost(node: Node, seen: Overview) -> str:
    """Return what goes with a node: every service is bound to one, and so is its data."""
    bound = [row.name for row in seen.services if node.name in row.places]
    if not bound:
        return "nothing of this installation runs there"
    stop = f"{', '.join(bound)} will not run until it is back"
    data = [name for name in bound if name in BY_NAME and BY_NAME[name].volume]
    if not data:
        return stop
    return f"{stop}; if it never comes back, the data of {' and '.join(data)} is lost with it"


def _document(seen: Overview) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "healthy": seen.is_whole,
        "nodes": [
            {
                "name": node.name,
                "manager": node.is_manager,
                "state": node.state,
                "availability": node.availability,
                "bound": [row.name for row in seen.services if node.name in row.places],
            }
            for node in seen.nodes
        ],
        "services": [
            {
                "name": row.name,
                "wanted": row.wanted,
                "running": row.running,
                "nodes": list(row.nodes),
                "data": list(row.places)
                if row.name in BY_NAME and BY_NAME[row.name].volume
                else [],
                "tasks": list(row.tasks),
                "troubles": list(row.troubles),
            }
            for row in seen.services
        ],
    }
