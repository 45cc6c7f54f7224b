"""What attempts to sign in are counted by.

A browser that has signed in to this account before has a bucket of its own: no guesser, not even
behind the same address, can close the door to it. All others share a budget per e-mail address and
network, one per e-mail address, and one per network. Where an address says nothing of who is behind
it (a Swarm's mesh puts one of its own in place of every client's), it is not counted by: a guesser
would close the door to all.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

FREE_ATTEMPTS = 5
FREE_OF_ACCOUNT = 50
FREE_OF_NETWORK = 100
FREE_OF_ALL = 2000
"""For all who come from networks whose addresses many share."""
HIDDEN = "hidden"
"""What such a client is called."""
# Whoever has one IPv6 address has at least so much of the network around it.
NETWORK_BITS = 64


Hidden = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
"""The networks whose addresses many clients share."""


@dataclass(frozen=True)
class Bucket:
    """A count of attempts at `subject` by `client`; the waits begin after `free` of them."""

    subject: str
    client: str
    free: int = FREE_ATTEMPTS


@dataclass(frozen=True)
class Buckets:
    """What an attempt is counted in: one that success empties, and those it leaves as they were."""

    own: Bucket
    shared: tuple[Bucket, ...] = ()

    @property
    def all(self) -> Sequence[Bucket]:
        return (self.own, *self.shared)


def buckets_of(subject: str, address: str, browser: str | None, hidden: Hidden = ()) -> Buckets:
    """Those of an attempt at `subject` from a network address, or from a browser that is known."""
    if browser is not None:
        return Buckets(Bucket(subject, f"browser:{browser}"))
    whole = of_network(address, hidden)
    # Of many who cannot be told apart, nobody may use up what the others need to mistype.
    free = FREE_OF_ACCOUNT if whole.client == HIDDEN else FREE_ATTEMPTS
    return Buckets(
        Bucket(subject, whole.client, free),
        (Bucket(subject, "anywhere", FREE_OF_ACCOUNT), whole),
    )


def of_network(address: str, hidden: Hidden = ()) -> Bucket:
    """The bucket of all attempts from the network of an address, at whatever subject."""
    network = network_of(address)
    if _is_within(network, hidden):
        return Bucket("", HIDDEN, FREE_OF_ALL)
    return Bucket("", network, FREE_OF_NETWORK)


def _is_within(network: str, hidden: Hidden) -> bool:
    try:
        address = ipaddress.ip_network(network).network_address
    except ValueError:
        return False
    return any(address in each for each in hidden)


def network_of(address: str) -> str:
    """The address itself or, of IPv6, the network that one subscriber has all of."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), NETWORK_BITS), strict=False))


def subject_digest(subject: str) -> str:
    """What a subject is kept as: people type passwords into the wrong field."""
    return hashlib.sha256(subject.encode()).hexdigest()
