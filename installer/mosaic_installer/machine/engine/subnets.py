"""The subnets of an engine's networks, and those of a Swarm's routing mesh among them."""

from collections.abc import Iterable, Iterator

from mosaic_installer.machine.engine.reader import Document, Documents


def subnets_of(networks: Iterable[Document]) -> Iterator[str]:
    """Yield the subnets that the engine gave to these networks."""
    for network in networks:
        for block in (network.get("IPAM") or {}).get("Config") or ():
            if subnet := block.get("Subnet"):
                yield str(subnet)


def mesh_of(networks: Documents) -> tuple[str, ...]:
    """Return those of the network that a Swarm passes requests to published ports on by."""
    return tuple(subnets_of(row for row in networks if row.get("Ingress")))
