"""What an engine's refusal to join a Swarm means, in its own words as they were seen."""

from typing import Any

import pytest

from mosaic_installer.machine.engine.swarm.bound import Bound, bound_to
from mosaic_installer.machine.engine.swarm.membership import meaning_of

pytestmark = pytest.mark.unit

RPC = "rpc error: code = "
START = "org.mosaicstack.node.mosaic-1"
GATEWAY = {f"{START}.gateway": "yes"}


def node(
    name: str, labels: dict[str, str], *, state: str = "ready", availability: str = "active"
) -> dict[str, Any]:
    spec = {"Labels": labels, "Availability": availability}
    return {"ID": name, "Status": {"State": state}, "Spec": spec}


@pytest.mark.parametrize(
    ("said", "identifier", "hint"),
    [
        (
            f"{RPC}InvalidArgument desc = A valid join token is necessary to join this cluster",
            "join-token-refused",
            "join-token`",
        ),
        (
            "remote CA does not match fingerprint. Expected: 50229c",
            "join-token-refused",
            "another Swarm",
        ),
        (
            f"{RPC}Unavailable desc = x509: certificate has expired or is not yet valid",
            "clocks-differ",
            "timedatectl",
        ),
        (
            f"{RPC}Unavailable desc = could not connect to prospective new cluster member",
            "node-unreachable",
            "--address",
        ),
        (
            "Timeout was reached before node joined. The attempt to join the swarm will continue",
            "node-unreachable",
            "2377/tcp",
        ),
        ("something else", "engine-failed", "log"),
    ],
)
def test_a_refusal_to_join_says_what_to_do(said: str, identifier: str, hint: str) -> None:
    error = meaning_of(said)
    assert error.identifier == identifier
    assert said in error.message
    assert hint in error.hint


def test_what_is_bound_to_a_node_is_in_its_labels_alone() -> None:
    start, both = START, GATEWAY
    one = node("n1", {f"{start}.postgres": "yes", "zone": "a", **both})
    two = node("n2", both)
    (bound,) = bound_to(one, [one, two])
    assert bound == Bound(project="mosaic-1", service="postgres")
    assert bound.has_data
    assert bound_to(two, [one, two]) == ()
    (gateway,) = bound_to(two, [two])
    assert not gateway.has_data
    assert bound_to({"ID": "n3", "Spec": {}}, []) == ()
    move = "org.mosaicstack.move.mosaic-1.postgres"
    source, target = node("n4", {move: "from"}), node("n5", {move: "to"})
    assert bound_to(source, [source, target]) == (bound,)


@pytest.mark.parametrize(
    ("other", "count"),
    [
        (node("n2", GATEWAY), 0),
        (node("n2", {f"{START}.gateway": "after-rollout"}), 1),
        (node("n2", GATEWAY, state="down"), 1),
        (node("n2", GATEWAY, availability="drain"), 1),
    ],
)
def test_what_another_node_cannot_take_over_is_bound(other: dict[str, Any], count: int) -> None:
    one = node("n1", GATEWAY)
    assert len(bound_to(one, [one, other])) == count
