"""The subnets this host has routes to, from the kernel's own table; none where there is no such."""

import ipaddress
from pathlib import Path

TABLE = Path("/proc/net/route")


def read_routes(table: Path = TABLE) -> tuple[str, ...]:
    """Return the IPv4 subnets with a route, without the default route (proc_net_route(5))."""
    try:
        rows = table.read_text("ascii").splitlines()[1:]
    except OSError:
        return ()
    found = {_subnet(row.split()[1], row.split()[7]) for row in rows if row.strip()}
    return tuple(sorted(str(subnet) for subnet in found if subnet.prefixlen > 0))


def _subnet(destination: str, mask: str) -> ipaddress.IPv4Network:
    """The kernel prints both as they lie in memory: the last byte first on our machines."""
    address, bits = (ipaddress.IPv4Address(bytes.fromhex(one)[::-1]) for one in (destination, mask))
    return ipaddress.IPv4Network((address, str(bits)))
