"""Join the Swarm of another machine: what an engine says of it, in words with a way out."""

import re
from collections.abc import Callable
from typing import Any

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import EngineError, InstallerError
from mosaic_installer.machine.engine.connection import opened_engine
from mosaic_installer.machine.engine.reader import Document, Reader
from mosaic_installer.machine.engine.swarm.addresses import (
    GOSSIP,
    PORT,
    address_of,
    parted,
    why_closed,
)
from mosaic_installer.machine.engine.swarm.membership import Invitation

TOKEN = re.compile(r"SWMTKN-1-[0-9a-z]{40,60}-[0-9a-z]{20,30}")

# What an engine says when it cannot join (swarmkit: ca/certificates.go, manager/state/raft;
# moby: daemon/cluster), and what that means. The first that matches counts.
REFUSALS = (
    (
        r"valid join token|invalid join token|fingerprint",
        InstallerError(
            "the Swarm refused the join token",
            "it is of another Swarm, or was replaced: a token works until the next one is printed. "
            "Print a new one on a manager: `mosaic cluster join-token`",
            identifier="join-token-refused",
        ),
    ),
    (
        r"expired or is not yet valid|not yet valid|certificate has expired",
        InstallerError(
            "the clocks of the two machines differ too much: a certificate is not valid here now",
            "set this machine's clock (`timedatectl` shows it), then join again",
            identifier="clocks-differ",
        ),
    ),
    (
        r"prospective new cluster member|advertised address",
        InstallerError(
            f"the managers cannot reach this machine at its port {PORT}",
            f"open {PORT}/tcp, {GOSSIP}/tcp, {GOSSIP}/udp and 4789/udp between all nodes, or name "
            "the address that they reach this machine by: `--address ADDRESS`",
            identifier="node-unreachable",
        ),
    ),
    (
        r"connection refused|timeout was reached|deadline exceeded|unavailable|i/o timeout",
        InstallerError(
            "the manager did not answer",
            f"open {PORT}/tcp, {GOSSIP}/tcp, {GOSSIP}/udp and 4789/udp between all nodes, then "
            "join again",
            identifier="node-unreachable",
        ),
    ),
)


@frozen
class Membership:
    """What this engine is in a Swarm once it has joined."""

    is_new: bool
    """Whether it joined just now."""
    is_manager: bool
    managers: int
    """How many there are; 0 where it is a worker, which does not know."""
    can_gossip: bool = True
    """Whether the manager's port for networks answers from here."""


def join(invitation: Invitation, own_address: str, tell: Callable[[str], None]) -> Membership:
    """Join the Swarm of the manager at that address; nothing to do where this is a node of it.

    `tell` hears what is waited for: an engine takes its time to be refused, too.
    Raises `InstallerError`: out of reach, refused, or in another Swarm.
    """
    swarm = Reader().info().get("Swarm") or {}
    host, port = parted(invitation.address)
    if swarm.get("LocalNodeState") not in {None, "", "inactive"}:
        return _joined_before(swarm, address_of(host, port))
    if not TOKEN.fullmatch(invitation.token.reveal()):
        raise InstallerError(
            "this is no join token: one begins with SWMTKN-1- and has no spaces",
            "copy the whole line that `mosaic cluster join-token` prints on a manager",
            identifier="join-token-refused",
        )
    _knock(host, port)
    tell(f"joining the Swarm of {address_of(host, port)}")
    _join(address_of(host, port), invitation.token, own_address)
    now = Reader().info().get("Swarm") or {}
    return Membership(
        is_new=True,
        is_manager=bool(now.get("ControlAvailable")),
        managers=int(now.get("Managers") or 0),
        can_gossip=why_closed(host, GOSSIP) is None,
    )


def _join(address: str, token: Secret, own_address: str) -> None:
    from docker.errors import APIError

    with opened_engine() as client:
        api: Any = client.api
        try:
            api.join_swarm([address], token.reveal(), advertise_addr=own_address or None)
        except APIError as error:
            # It goes on trying by itself, and would refuse the next attempt.
            api.leave_swarm(force=True)
            said = str(error.explanation or error).replace(token.reveal(), "[token]")
            raise meaning_of(said) from None


def meaning_of(said: str) -> InstallerError:
    """Return what an engine's refusal to join means; it is quoted."""
    for pattern, meaning in REFUSALS:
        if re.search(pattern, said, re.IGNORECASE):
            return InstallerError(
                f"{meaning.message}: {said}", meaning.hint, identifier=meaning.identifier
            )
    return EngineError(f"the container engine could not join: {said}", "the engine's log says more")


def _joined_before(swarm: Document, address: str) -> Membership:
    known = {str(row["Addr"]) for row in swarm.get("RemoteManagers") or ()}
    if swarm.get("LocalNodeState") == "active" and address in known:
        return Membership(
            is_new=False,
            is_manager=bool(swarm.get("ControlAvailable")),
            managers=int(swarm.get("Managers") or 0),
        )
    raise InstallerError(
        f"this machine's engine is in another Swarm ({', '.join(sorted(known)) or 'of its own'})",
        "`docker swarm leave`, with `--force` on a manager, takes it out of that one and ends what "
        "runs there",
        identifier="already-in-swarm",
    )


def _knock(host: str, port: int) -> None:
    """Raise where nobody listens: an engine would try for 20 s, and say less."""
    reason = why_closed(host, port)
    if reason is None:
        return
    hint = f"check the address, and that no firewall keeps {port}/tcp from it"
    if reason == "Connection refused":
        hint = "is it a manager? `mosaic cluster init` makes one; else its firewall refuses"
    raise InstallerError(
        f"no manager answers at {address_of(host, port)}: {reason}",
        hint,
        identifier="node-unreachable",
    )
