"""Where the nodes of a Swarm reach each other: their addresses and ports, and who answers there."""

import errno
import re
import socket
from contextlib import suppress
from ipaddress import IPv6Address, ip_address

from mosaic_installer.errors import InstallerError

PORT = 2377
"""Where managers listen, unless somebody chose another port."""
GOSSIP = 7946
"""Where nodes tell each other of their networks, over TCP and UDP."""
KNOCK = 5.0
"""Seconds that another host gets to answer at its port."""
HOST_AND_PORT = re.compile(r"(\[[^\[\]]+\]|[^\[\]:]+)(?::([0-9]{1,5}))?")


def parted(address: str) -> tuple[str, int]:
    """Return host and port of a manager; raises `InstallerError` where that is no address."""
    with suppress(ValueError):
        IPv6Address(address)
        return address, PORT
    found = HOST_AND_PORT.fullmatch(address)
    port = int(found[2] or PORT) if found else 0
    if found is None or not 0 < port < 2**16:
        raise InstallerError(
            f"`{address}` is no address of a manager",
            f"name it as `10.0.0.1` or `10.0.0.1:{PORT}`",
            identifier="node-unreachable",
        )
    return found[1].strip("[]"), port


def address_of(host: str, port: int) -> str:
    """Return host and port as an engine writes them: that of IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_of_this_machine(address: str) -> bool:
    """Return whether this machine has an address; so is whatever is no address, but a name."""
    try:
        host = ip_address(parted(address)[0])
    except (InstallerError, ValueError):
        return True
    family = socket.AF_INET6 if host.version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(host), 0))
        except OSError as error:
            return error.errno != errno.EADDRNOTAVAIL
    return True


def why_closed(host: str, port: int) -> str | None:
    """Return why a port cannot be reached, None where it can."""
    try:
        socket.create_connection((host, port), timeout=KNOCK).close()
    except TimeoutError:
        return f"nothing came back within {KNOCK:.0f} s"
    except OSError as error:
        return error.strerror or str(error)
    return None
