"""Who may join the Swarm that this machine's engine manages, and which nodes it has."""

from typing import Any, Literal

from mosaic_installer.core.cluster.node_names import in_order
from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Document, Documents, Reader
from mosaic_installer.machine.engine.swarm.addresses import PORT, address_of
from mosaic_installer.machine.engine.swarm.swap import swap

Role = Literal["worker", "manager"]
PATIENCE = 45.0
"""Seconds: a manager that misses the others asks them for up to 20, and `/info` does so twice."""


@frozen
class Invitation:
    """What a host needs to join: a manager's `address` with its port, and the token."""

    address: str
    token: Secret


def swarm_of_this_machine(reader: Reader | None = None) -> Document:
    """Return what the engine says of its Swarm; raises `InstallerError` unless it manages one."""
    swarm: Document = (reader or Reader(timeout=PATIENCE)).info().get("Swarm") or {}
    if swarm.get("ControlAvailable"):
        return swarm
    if swarm.get("LocalNodeState") in {None, "", "inactive"}:
        raise InstallerError(
            "this machine's engine is in no Docker Swarm",
            "`mosaic cluster init` makes one; `mosaic cluster join` joins that of another machine",
            identifier="not-a-manager",
        )
    raise InstallerError(
        "this machine's engine is a worker of its Swarm, and only managers know and change it",
        "run this on a manager, or promote this node there: `docker node promote NODE`",
        identifier="not-a-manager",
    )


def all_nodes(reader: Reader | None = None) -> Documents:
    """Return the nodes in the order of their names.

    Raises `EngineError` with `no-quorum` where most managers are lost.
    """
    rows = (reader or Reader(timeout=PATIENCE)).nodes()
    return sorted(rows, key=lambda row: in_order(str(row["Description"]["Hostname"])))


def invite(role: Role) -> Invitation:
    """Replace the token of that role, so that only the new one works, and return it."""
    swarm = swarm_of_this_machine()
    known = {row["NodeID"]: str(row["Addr"]) for row in swarm.get("RemoteManagers") or ()}
    address = known.get(swarm["NodeID"]) or address_of(str(swarm["NodeAddr"]), PORT)
    return Invitation(address=address, token=rotate(role))


def rotate(role: Role) -> Secret:
    """Let the former token of that role join nobody any more; return the new one."""
    with opened_engine() as client:
        api: Any = client.api  # the stubs of the SDK know little of a Swarm
        rotated = {f"rotate_{role}_token": True}
        swap(
            api.inspect_swarm,
            lambda row: api.update_swarm(row["Version"]["Index"], row["Spec"], **rotated),
        )
        return Secret(str(api.inspect_swarm()["JoinTokens"][role.capitalize()]))
