"""What is said of nodes that did not get an image from a registry."""

from typing import Any

import pytest

from mosaic_installer.machine.engine.swarm.pulls import (
    DEADLINE,
    is_insecure,
    is_pulled,
    seconds_for,
)

pytestmark = pytest.mark.unit

HOST = "registry.example.org:5000"
DIGEST = "sha256:" + "ab" * 32


def test_nodes_get_longer_for_what_they_pull() -> None:
    assert is_pulled(f"{HOST}/a@{DIGEST}")
    assert not is_pulled(DIGEST)
    assert seconds_for(DIGEST) == DEADLINE < seconds_for(f"{HOST}/a@{DIGEST}")


INSECURE: dict[str, Any] = {"RegistryConfig": {"IndexConfigs": {HOST: {"Secure": False}}}}
OTHERS: list[dict[str, Any]] = [
    {"RegistryConfig": {"IndexConfigs": {HOST: {"Secure": True}}}},
    {"RegistryConfig": {"IndexConfigs": {"docker.io": {"Secure": True}}}},
    {"RegistryConfig": None},
    {},
]


def test_an_engine_says_which_registries_need_no_tls() -> None:
    assert is_insecure(HOST, INSECURE)
    assert not any(is_insecure(HOST, info) for info in OTHERS)
