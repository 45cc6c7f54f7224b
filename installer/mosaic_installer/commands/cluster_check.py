"""`mosaic cluster check`: what is wrong with the nodes of a Swarm, and between them."""

from mosaic_installer.commands.opening import installed_on_swarm
from mosaic_installer.core.cluster.network import (
    notes_of,
    problem_of_overlap,
    problems_of_traffic,
)
from mosaic_installer.core.cluster.nodes import problems_of
from mosaic_installer.core.cluster.problem import Problem
from mosaic_installer.core.cluster.registry import problem_of_lost_images
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.events import SCHEMA
from mosaic_installer.errors import DriftFound, InstallerError
from mosaic_installer.machine.engine.swarm.emptied import ask_registry
from mosaic_installer.machine.engine.swarm.overview import nodes_seen
from mosaic_installer.machine.engine.swarm.reach import (
    data_by_node,
    node_names,
    unreached_ports,
)
from mosaic_installer.machine.engine.swarm.subnets import overlaps
from mosaic_installer.machine.engine.swarm.traffic import traffic_of
from mosaic_installer.ui import output


def check(*, as_json: bool) -> int:
    """Print what is wrong; the exit code is 9 where anything is."""
    nodes = nodes_seen()
    problems = problems_of(nodes, unreached_ports(), data_by_node())
    problems += [problem_of_overlap(each) for each in overlaps()]
    stack = _stack_here()
    if stack is None:
        notes = ["the network between services was not tried: nothing is installed from here"]
    else:
        names = node_names()
        traffic = traffic_of(stack, output.say)
        problems += problems_of_traffic(traffic, names) if traffic else []
        asked = ask_registry(stack)
        problems += [problem_of_lost_images(asked.gone)] if asked.gone else []
        silent = [f"the registry was not asked: {asked.silent}"] if asked.silent else []
        notes = [*notes_of(traffic, names), *silent]
    if as_json:
        rows = [{"message": each.message, "hint": each.hint} for each in problems]
        shown = {"healthy": not problems, "problems": rows, "notes": notes}
        output.document({"schema": SCHEMA, **shown})
    else:
        _print(problems, notes, len(nodes))
    return DriftFound.exit_code if problems else 0


def _print(problems: list[Problem], notes: list[str], nodes: int) -> None:
    for each in problems:
        output.data(f"✗ {each.message}\n  hint: {each.hint}")
    if not problems:
        named = "1 node" if nodes == 1 else f"{nodes} nodes"
        output.data(f"No problems found in a Swarm of {named}.")
    for note in notes:
        output.data(f"note: {note}")


def _stack_here() -> Stack | None:
    """Return the stack that is installed from here; None where there is none on the Swarm."""
    try:
        _machine, stack = installed_on_swarm()
    except InstallerError as error:
        if error.identifier in {"not-installed", "installed-elsewhere", "not-on-swarm"}:
            return None
        raise
    return stack
