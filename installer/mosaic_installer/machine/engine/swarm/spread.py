"""Let a service run on several nodes: those whose engine has its image, this one among them.

Nothing is believed of other engines: a job of that very image runs on every node, by the image's
identifier, which no engine pulls, or by its digest in a registry, which all do. A node that does
not have it then rejects its task. While a rollout goes on, only as many nodes as there are tasks
may run one; afterwards each of the others that has the image is a spare, so that the Swarm itself
begins there what a lost node ran.
"""

import time
from collections.abc import Callable, Collection, Mapping

from mosaic_installer.core.cluster.bringing import how_to_bring, words_of_lack
from mosaic_installer.core.containers.remedies import shortened
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.reader import Document
from mosaic_installer.machine.engine.swarm.bound import usable_nodes
from mosaic_installer.machine.engine.swarm.changes import Changes
from mosaic_installer.machine.engine.swarm.found import Found, here
from mosaic_installer.machine.engine.swarm.membership import all_nodes
from mosaic_installer.machine.engine.swarm.one_off import job_on_each, tasks_on_each
from mosaic_installer.machine.engine.swarm.pulls import (
    DEADLINE,
    cannot_pull,
    is_pulled,
    seconds_for,
)
from mosaic_installer.machine.engine.swarm.specs import Spec
from mosaic_installer.machine.engine.swarm.standing import told_of

PAUSE = 0.2


@frozen
class Proof:
    """Which nodes, by their identifiers, have an image; why each of the others has not."""

    having: tuple[str, ...]
    lacking: Mapping[str, str]


def job_on_all(service: Spec) -> Spec:
    """Return the spec of a job that begins and ends on every node, and does nothing there."""
    job = job_on_each(service, f"{service['Name']}-image")
    job["TaskTemplate"]["ContainerSpec"]["Command"] = ["/bin/sh", "-c", "exit 0"]
    return job


def prove(changes: Changes, service: Spec) -> Proof:
    """Return which nodes that may run tasks have the image of a service."""
    changes.remove_jobs()
    identifier = changes.create(job_on_all(service))
    try:
        tasks = tasks_on_each(identifier, seconds_for(_image_of(service)))
        return proof_of(tasks, usable_nodes(all_nodes()))
    finally:
        changes.remove_jobs()


def proof_of(tasks: Mapping[str, Document], nodes: Collection[str]) -> Proof:
    """Return what the tasks of a job, by their nodes, say of its image."""
    states = {node: tasks[node]["Status"] if node in tasks else {} for node in nodes}
    having = tuple(node for node in nodes if states[node].get("State") == "complete")
    lacking = {
        node: shortened(str(said.get("Err") or said.get("Message") or "no task came there"))
        for node, said in states.items()
        if node not in having
    }
    return Proof(having=having, lacking=lacking)


def choose(proof: Proof, placed: Collection[str], this: str, count: int) -> tuple[str, ...]:
    """Return the nodes that so many tasks are to run on: this one, then those that have them."""
    return (this, *_others(proof, placed, this))[:count]


def _others(proof: Proof, placed: Collection[str], this: str) -> list[str]:
    # What runs stays where it is, as far as it can.
    others = [node for node in proof.having if node != this]
    return sorted(others, key=lambda node: node not in placed)


def spread(
    changes: Changes,
    found: Found,
    service: tuple[str, Spec, str],
    tell: Callable[[str], None],
) -> None:
    """Mark the nodes that the service runs on, by name, spec and the name of its image.

    What runs elsewhere is moved first, so that the rollout never ends two tasks at once. Raises
    `EngineError` where too few nodes have the image; nothing is changed then.
    """
    name, spec, image = service
    count = int(spec["Mode"]["Replicated"]["Replicas"])
    this, placed = here(), (*found.places(name), *found.spares(name))
    if count == 1 and set(placed) <= {this}:
        changes.place_on(name, (this,))
        return
    pulls = is_pulled(_image_of(spec))
    tell(f"{'letting the nodes pull' if pulls else 'looking which nodes have'} the image")
    proof = prove(changes, spec)
    running = found.runs_on(name)
    chosen = choose(proof, running or placed, this, count)
    names = found.nodes()
    has_each = has_node_each(spec)
    needed = count if has_each else 1
    if len(chosen) < needed or this not in proof.having:
        lacking = {names.get(node, node): cause for node, cause in proof.lacking.items()}
        if lacking and pulls:
            raise cannot_pull(_image_of(spec), lacking)
        raise _too_few(count, image, lacking)
    can_be_whole = found.is_whole(name) and not (has_each and len(chosen) < len(running))
    # A single gateway keeps to this node: it is not worth more without the servers here.
    spares = set(proof.having) - set(chosen) if count > 1 else ()
    changes.place_on(name, chosen, spares)
    if can_be_whole and not set(running) <= set(chosen):
        tell("moving a gateway to another node")
        _wait_until_whole(found, name, chosen)


def has_node_each(spec: Spec) -> bool:
    """Return whether no two tasks of a service may be on one node."""
    return "MaxReplicas" in spec["TaskTemplate"]["Placement"]


def _wait_until_whole(found: Found, service: str, nodes: Collection[str]) -> None:
    """Wait for what was moved to these nodes; who waits for all of it says what keeps it."""
    until = time.monotonic() + DEADLINE
    while not _is_on(found, service, nodes) and time.monotonic() < until:
        time.sleep(PAUSE)


def _is_on(found: Found, service: str, nodes: Collection[str]) -> bool:
    # For a moment, what is to move still runs, and all looks well.
    return set(found.runs_on(service)) <= set(nodes) and found.is_whole(service)


def _image_of(spec: Spec) -> str:
    return str(spec["TaskTemplate"]["ContainerSpec"]["Image"])


def _too_few(count: int, image: str, lacking: Mapping[str, str]) -> EngineError:
    if not lacking:
        kept = [told_of(row) for row in all_nodes() if row["ID"] not in usable_nodes((row,))]
        why = f" ({'; '.join(kept)})" if kept else ""
        return EngineError(
            f"`gateway.replicas` is {count}, but fewer nodes can run a gateway now{why}",
            "`mosaic cluster status` shows the nodes; activate one, let another join, or lower "
            "`gateway.replicas`",
            identifier="too-few-nodes",
        )
    return EngineError(
        f"`gateway.replicas` is {count}, but too few nodes have the image `{image}` "
        f"({words_of_lack(lacking)})",
        how_to_bring(image, lacking),
        identifier="image-missing-on-node",
    )
