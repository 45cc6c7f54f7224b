"""Try the network between nodes from within: a job of the gateway's image, a task on each node.

UDP gives no answer to see from outside, so the overlay network itself is used: names of tasks come
over 7946/udp, what they say to each other over 4789/udp.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from mosaic_installer.core.cluster.seen import Sight, Traffic
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.bound import usable_nodes
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.logs import lines_of
from mosaic_installer.machine.engine.swarm.membership import all_nodes
from mosaic_installer.machine.engine.swarm.one_off import job_on_each, tasks_on_each
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.tasks import image_of

PROGRAM = Path(__file__).with_name("traffic_program.py")
SECONDS = 15.0
"""How long a node looks for the others, and then waits for those that still look."""
DEADLINE = 60.0
MANY = 1_000
"""Lines of a log: a node prints one."""


def traffic_of(stack: Stack, tell: Callable[[str], None]) -> Traffic | None:
    """Return what the nodes see of each other in the network of `stack`; `tell` hears of the wait.

    None where there is no gateway, or fewer than two nodes, to try it with. Raises `EngineError`.
    """
    found = Found(stack)
    gateway, network = found.services().get(GATEWAY), found.network()
    nodes = usable_nodes(all_nodes())
    if gateway is None or not network or len(nodes) < 2:
        return None
    tell(f"trying the network between {len(nodes)} nodes")
    with opened_engine() as client:
        changes = Changes(client, stack, found)
        identifier = changes.create(job_of(gateway["Spec"], network, len(nodes)))
        try:
            tasks = tasks_on_each(identifier, DEADLINE)
            return Traffic(
                sights=sights_of(lines_of(identifier, MANY)), lacking=_lacking(tasks, gateway)
            )
        finally:
            changes.remove_job(identifier)


def job_of(gateway: Spec, network: str, count: int) -> Spec:
    """Return the spec of a job that tries the network, with a task on each of `count` nodes."""
    job = job_on_each(gateway, f"{gateway['Name']}-traffic")
    job["TaskTemplate"]["Networks"] = [{"Target": network}]
    job["TaskTemplate"]["ContainerSpec"] |= {
        "Command": ["python3", "-c", PROGRAM.read_text()],
        "Env": [
            "NODE={{.Node.ID}}",
            f"PEERS=tasks.{job['Name']}",
            f"COUNT={count}",
            f"SECONDS={SECONDS:.0f}",
        ],
    }
    return job


def sights_of(lines: tuple[str, ...]) -> dict[str, Sight]:
    """Return what each node saw, by the lines that its task printed; other lines are not read."""
    found = {}
    for line in lines:
        try:
            said = json.loads(line)
            met = [row for row in said["met"] if row["node"] != said["node"]]
            found[str(said["node"])] = Sight(
                known=len(said["known"]),
                ahead={str(row["node"]): float(row["ahead"]) for row in met},
                cut=frozenset(str(row["node"]) for row in met if not row["large"]),
            )
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _lacking(tasks: Mapping[str, Document], gateway: Document) -> dict[str, str]:
    """Return why tasks did not end well, by their nodes; an image is called by its name."""
    states = {node: tasks[node]["Status"] for node in tasks}
    identifier, name = gateway["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"], image_of(gateway)
    return {
        node: str(status.get("Err") or status.get("Message") or "").replace(identifier, name)
        for node, status in states.items()
        if status["State"] != "complete"
    }
