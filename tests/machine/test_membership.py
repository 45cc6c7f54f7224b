"""What an engine's refusal to join a Swarm means, in its own words as they were seen."""

from typing import Any

import pytest

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.engine.reader import Reader
from mosaic_installer.machine.engine.swarm.addresses import address_of, is_of_this_machine, parted
from mosaic_installer.machine.engine.swarm.bound import Bound, bound_to, old_data_on
from mosaic_installer.machine.engine.swarm.joining import meaning_of
from mosaic_installer.machine.engine.swarm.membership import all_nodes
from mosaic_installer.machine.engine.swarm.reach import ports_of

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
    assert old_data_on(node("n6", {move: "left"})) == old_data_on(target) == (bound,)
    assert old_data_on(source) == old_data_on(one) == ()


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


def test_only_managers_are_asked_at_the_port_of_managers() -> None:
    worker = {"Status": {"Addr": "10.0.0.2"}}
    manager = {**worker, "ManagerStatus": {"Addr": "10.0.0.2:2400"}}
    assert ports_of(worker) == (("10.0.0.2", 7946),)
    assert ports_of(manager) == (("10.0.0.2", 7946), ("10.0.0.2", 2400))
    sixth = {**worker, "ManagerStatus": {"Addr": "[fd00::2]:2377"}}
    assert ports_of(sixth)[1] == ("fd00::2", 2377)


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("10.0.0.1", "10.0.0.1", 2377),
        ("node1.example.org:2400", "node1.example.org", 2400),
        ("fd00::1", "fd00::1", 2377),
        ("[fd00::1]", "fd00::1", 2377),
        ("[fd00::1]:2400", "fd00::1", 2400),
    ],
)
def test_the_address_of_a_manager_may_have_a_port(typed: str, host: str, port: int) -> None:
    assert parted(typed) == (host, port)
    assert parted(address_of(host, port)) == (host, port)


@pytest.mark.parametrize(
    "typed",
    ["", ":2377", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "[a", "https://10.0.0.1:2377"],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InstallerError, match="no address of a manager"):
        parted(typed)


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:2400", True),
        ("192.0.2.1", False),
        ("[2001:db8::1]:2377", False),
        ("eth0", True),
        ("", True),
    ],
)
def test_an_address_that_this_machine_does_not_have_is_noticed(address: str, is_ours: Any) -> None:
    assert is_of_this_machine(address) == is_ours


def test_nodes_come_by_their_names_and_one_that_joins_just_now_is_none_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("node10", "node2", "")
    rows = [{"ID": name, "Description": {"Hostname": name}} for name in names]
    monkeypatch.setattr(Reader, "_list", lambda _self, _target: [*rows, {"ID": "n"}])
    assert [row["ID"] for row in all_nodes(object.__new__(Reader))] == ["node2", "node10"]
