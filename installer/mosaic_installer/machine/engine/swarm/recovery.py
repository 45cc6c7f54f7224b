"""Let a Swarm that has lost most of its managers begin anew with this one alone."""

from typing import Any

from mosaic_installer.core.cluster.quorum import has_majority
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.swarm.membership import all_nodes, swarm_of_this_machine
from mosaic_installer.machine.engine.swarm.nodes import is_manager, is_reachable


def check_that_it_is_lost() -> None:
    """Raise `InstallerError` where most managers can be reached, or this machine is none."""
    swarm_of_this_machine()
    try:
        rows = [row for row in all_nodes() if is_manager(row)]
    except EngineError as error:
        if error.identifier == "no-quorum":
            return
        raise
    reachable = sum(map(is_reachable, rows))
    if has_majority(len(rows), reachable):
        raise InstallerError(
            f"{reachable} of {len(rows)} managers can be reached: nothing has to be recovered",
            "`mosaic cluster status` says how the Swarm stands",
            identifier="not-needed",
        )


def recover() -> None:
    """Make this machine the only manager; nodes and services stay as they were.

    An engine removes its containers when it leaves what it was part of, so their tasks are replaced
    (swarmkit, `Node.Stop`; github.com/moby/swarmkit/pull/1758). There is no other way to force it.
    """
    swarm = swarm_of_this_machine()
    with opened_engine() as client:
        api: Any = client.api  # the stubs of the SDK know little of a Swarm
        api.init_swarm(advertise_addr=str(swarm["NodeAddr"]), force_new_cluster=True)
