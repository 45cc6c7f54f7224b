"""Whose request it is, where proxies that we trust say so; nobody else is believed."""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def origin_of(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The address nearest to us that is none of our proxies.

    `forwarded` is what `X-Forwarded-For` says: every proxy adds at its end whom it was called by,
    and what stands before the first of ours may be made up.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    address = peer
    while hops and _is_of(address, proxies):
        named = hops.pop()
        if _parsed(named) is None:
            break
        address = named
    return address


def _is_of(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
