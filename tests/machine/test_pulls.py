"""What is said of nodes that did not get an image from a registry."""

from typing import Any

import pytest

from mosaic_installer.core.cluster.bringing import how_to_bring, words_of_lack
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.pulls import (
    DEADLINE,
    cannot_pull,
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


def test_every_node_that_lacks_an_image_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {"node10": "No such image", "node2": "no task came there", "node3": "No such image"}
    assert words_of_lack(lacking) == (
        "node2: no task came there; node3: No such image; node10: No such image"
    )
    assert how_to_bring("a:1", lacking) == (
        "bring it there and run this again: `docker save a:1 | ssh node2 docker load`, and in the "
        "same way to node3 and node10"
    )
    assert how_to_bring("a:1", ("node2",)).endswith("`docker save a:1 | ssh node2 docker load`")
    for info, words in (
        (INSECURE, "/etc/docker/daemon.json on node2, node3 and node10, as it is here"),
        ({}, "let node2, node3 and node10 reach"),
    ):
        monkeypatch.setattr(Reader, "info", lambda _self, said=info: said)
        error = cannot_pull(f"{HOST}/a@{DIGEST}", lacking)
        assert error.message.startswith("node2, node3 and node10 could not pull the image")
        assert words in error.hint
