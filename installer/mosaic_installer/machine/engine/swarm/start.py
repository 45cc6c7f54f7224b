"""Make a Swarm of this machine alone."""

from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Reader

MANY = "could not choose an IP address"
"""What an engine says of a machine with several addresses (moby: daemon/cluster/listen_addr.go)."""


def start_swarm(address: str) -> bool:
    """Make the Swarm; return False where this engine manages one already.

    Raises `InstallerError` where it is another's worker, or has several addresses and none is
    named.
    """
    swarm = Reader().info().get("Swarm") or {}
    if swarm.get("ControlAvailable"):
        return False
    if swarm.get("LocalNodeState") not in {None, "", "inactive"}:
        raise InstallerError(
            "this machine's engine belongs to a Swarm that others manage",
            "promote this node there (`docker node promote`), or leave that Swarm with `docker "
            "swarm leave`",
            identifier="not-a-manager",
        )
    try:
        with opened_engine() as client:
            client.api.init_swarm(advertise_addr=address or None)
    except EngineError as error:
        if MANY in error.message:
            raise InstallerError(
                "this machine has several addresses",
                "name the one that other nodes would reach it by: `mosaic cluster init --address "
                "ADDRESS`",
                identifier="address-missing",
            ) from None
        raise
    return True
