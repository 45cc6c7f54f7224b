"""What attempts to sign in are counted by.

A browser that has signed in to this account before has a bucket of its own: no guesser, not even
behind the same address, can close the door to it. All others share a budget per e-mail address and
network, one per e-mail address, and one per network.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

FREE_ATTEMPTS = 5
FREE_OF_ACCOUNT = 50
FREE_OF_NETWORK = 100
# Whoever has one IPv6 address has at least so much of the network around it.
NETWORK_BITS = 64


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


def buckets_of(subject: str, address: str, browser: str | None) -> Buckets:
    """Those of an attempt at `subject` from a network address, or from a browser that is known."""
    if browser is not None:
        return Buckets(Bucket(subject, f"browser:{browser}"))
    network = network_of(address)
    return Buckets(
        Bucket(subject, network),
        (Bucket(subject, "anywhere", FREE_OF_ACCOUNT), Bucket("", network, FREE_OF_NETWORK)),
    )


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
