"""Whether networks of the Swarm use addresses that this machine has a route to."""

import socket
import struct
from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network
from pathlib import Path

from mosaic_installer.core.cluster.seen import Overlap
from mosaic_installer.machine.engine.reader import Document, Reader

ROUTES = Path("/proc/net/route")
"""proc_net(5): a line of the kernel's IPv4 routing table each, addresses in hexadecimal."""


def overlaps() -> tuple[Overlap, ...]:
    """Return the networks of the Swarm that take addresses away from this machine's own."""
    text = ROUTES.read_text() if ROUTES.exists() else ""
    return overlaps_of(Reader().networks(), routes_of(text))


def overlaps_of(
    networks: Iterable[Document], routes: Iterable[tuple[IPv4Network, str]]
) -> tuple[Overlap, ...]:
    """Return where an overlay network and a route, with its interface, share addresses."""
    kept = [*routes]
    return tuple(
        Overlap(name=str(row["Name"]), subnet=str(subnet), route=str(route), interface=interface)
        for row in networks
        if row["Driver"] == "overlay"
        for subnet in subnets_of(row)
        for route, interface in kept
        if subnet.overlaps(route)
    )


def subnets_of(network: Document) -> list[IPv4Network]:
    """Return the IPv4 addresses that a network hands out."""
    rows = (network.get("IPAM") or {}).get("Config") or ()
    found = [ip_network(row["Subnet"], strict=False) for row in rows if row.get("Subnet")]
    return [each for each in found if isinstance(each, IPv4Network)]


def routes_of(text: str) -> list[tuple[IPv4Network, str]]:
    """Return the networks that `ROUTES` names, with their interfaces; not the default route."""
    found = []
    for line in text.splitlines()[1:]:
        interface, destination, _gateway, _flags, _count, _use, _metric, mask = line.split()[:8]
        if int(mask, 16):
            address = f"{_dotted(destination)}/{_dotted(mask)}"
            found.append((IPv4Network(address, strict=False), interface))
    return found


def _dotted(word: str) -> str:
    return socket.inet_ntoa(struct.pack("=L", int(word, 16)))
