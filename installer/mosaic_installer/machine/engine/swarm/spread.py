"""Let a service run on several nodes, one task on each: those whose engine has its image.

Nothing is believed of other engines: a job of that very image runs on every node, by the image's
identifier, which no engine pulls. A node that lacks it rejects its task.
"""

import time
from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from datetime import UTC, datetime

from mosaic_installer.core.containers.labels import SERVICE
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.changes import Changes, here
from mosaic_installer.machine.engine.swarm.found import Found
from mosaic_installer.machine.engine.swarm.membership import all_nodes
from mosaic_installer.machine.engine.swarm.specs import Spec

DEADLINE = 60.0
"""Seconds that the nodes get for a job that ends at once."""
PAUSE = 0.2
ENDED = {"complete", "failed", "rejected", "orphaned"}


@frozen
class Proof:
    """Which nodes, by their identifiers, have an image; why each of the others has not."""

    having: tuple[str, ...]
    lacking: Mapping[str, str]


def job_on_all(service: Spec) -> Spec:
    """Return the spec of a job that begins and ends on every node, and does nothing there."""
    spec = deepcopy(service)
    container = {"Image": service["TaskTemplate"]["ContainerSpec"]["Image"]}
    spec["Name"] = f"{service['Name']}-image-{datetime.now(UTC):%H%M%S%f}"
    # Without the label of a service, it is none of those that are watched.
    spec["Labels"] = {key: each for key, each in service["Labels"].items() if key != SERVICE}
    spec["Mode"] = {"GlobalJob": {}}
    spec.pop("UpdateConfig", None)
    spec["EndpointSpec"] = {"Mode": "dnsrr"}
    spec["TaskTemplate"] = {
        "ContainerSpec": {
            **container,
            "Command": ["/bin/sh", "-c", "exit 0"],
            "Healthcheck": {"Test": ["NONE"]},
            "CapabilityDrop": ["ALL"],
            "ReadOnly": True,
        },
        "RestartPolicy": {"Condition": "none"},
    }
    return spec


def prove(changes: Changes, service: Spec) -> Proof:
    """Return which nodes that may run tasks have the image of a service."""
    changes.remove_jobs()
    identifier = changes.create(job_on_all(service))
    try:
        return proof_of(_ended(identifier), usable_nodes(all_nodes()))
    finally:
        changes.remove_jobs()


def usable_nodes(rows: Documents) -> tuple[str, ...]:
    """Return the identifiers of the nodes that tasks are given to now."""
    return tuple(
        str(row["ID"])
        for row in rows
        if row["Status"]["State"] == "ready" and row["Spec"]["Availability"] == "active"
    )


def proof_of(tasks: Mapping[str, Document], nodes: Collection[str]) -> Proof:
    """Return what the tasks of a job, by their nodes, say of its image."""
    states = {node: tasks[node]["Status"] if node in tasks else {} for node in nodes}
    having = tuple(node for node in nodes if states[node].get("State") == "complete")
    lacking = {
        node: str(states[node].get("Err") or states[node].get("Message") or "no task came there")
        for node in nodes
        if node not in having
    }
    return Proof(having=having, lacking=lacking)


def _ended(identifier: str) -> dict[str, Document]:
    until = time.monotonic() + DEADLINE
    while True:
        rows = [task for task in Reader().tasks() if task["ServiceID"] == identifier]
        tasks = {str(task["NodeID"]): task for task in rows}
        ended = {node for node in tasks if tasks[node]["Status"]["State"] in ENDED}
        if ended >= set(usable_nodes(all_nodes())) or time.monotonic() > until:
            return tasks
        time.sleep(PAUSE)


def choose(proof: Proof, placed: Collection[str], this: str, count: int) -> tuple[str, ...]:
    """Return the nodes that so many tasks are to run on: this one, then those that have them."""
    others = [node for node in proof.having if node != this]
    # What runs stays where it is, as far as it can.
    others.sort(key=lambda node: node not in placed)
    return (this, *others)[:count]


def spread(
    changes: Changes,
    found: Found,
    service: tuple[str, Spec, str],
    tell: Callable[[str], None],
) -> None:
    """Mark the nodes that the service runs on, by name, spec and the name of its image.

    Raises `EngineError` where too few have the image; nothing is changed then.
    """
    name, spec, image = service
    count = int(spec["Mode"]["Replicated"]["Replicas"])
    this, placed = here(), found.places(name)
    if count == 1 and set(placed) <= {this}:
        changes.place((name,))
        return
    tell("looking which nodes have the image")
    proof = prove(changes, spec)
    chosen = choose(proof, placed, this, count)
    names = found.nodes()
    if len(chosen) < count or this not in proof.having:
        lacking = {names.get(node, node): cause for node, cause in proof.lacking.items()}
        raise _too_few(count, image, lacking)
    changes.place_on(name, chosen)


def _too_few(count: int, image: str, lacking: Mapping[str, str]) -> EngineError:
    if not lacking:
        return EngineError(
            f"`gateway.replicas` is {count}, but fewer nodes can run a gateway now",
            "`mosaic cluster status` shows the nodes; activate one, let another join, or lower "
            "`gateway.replicas`",
            identifier="too-few-nodes",
        )
    said = "; ".join(f"{node}: {cause}" for node, cause in sorted(lacking.items()))
    first = min(lacking)
    return EngineError(
        f"`gateway.replicas` is {count}, but too few nodes have the image `{image}` ({said})",
        f"bring it there and run this again: `docker save {image} | ssh {first} docker load`",
        identifier="image-missing-on-node",
    )
