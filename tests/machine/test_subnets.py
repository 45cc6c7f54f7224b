"""Which subnets an engine's networks have, and which of them hide who asks."""

from typing import Any

import pytest

from mosaic_installer.machine.engine.subnets import mesh_of, subnets_of

pytestmark = pytest.mark.unit

BRIDGE: dict[str, Any] = {
    "Name": "bridge",
    "Ingress": False,
    "IPAM": {"Config": [{"Subnet": "172.17.0.0/16"}]},
}
MESH: dict[str, Any] = {
    "Name": "ingress",
    "Ingress": True,
    "IPAM": {"Config": [{"Subnet": "10.0.0.0/24"}]},
}


def test_only_the_mesh_hides_who_asks() -> None:
    host: dict[str, Any] = {"Name": "host", "IPAM": {"Config": None}}
    networks = [BRIDGE, host, {"Name": "none"}, MESH]
    assert [*subnets_of(networks)] == ["172.17.0.0/16", "10.0.0.0/24"]
    assert mesh_of(networks) == ("10.0.0.0/24",)
    assert mesh_of([BRIDGE]) == ()
