"""A federated installation of version 0.1.0 is updated: the same root, another provisioner.

Killed anywhere on the way, the next run ends it.
"""

import json
import signal

import pytest
from tests.e2e.certificate_requests import Authority
from tests.e2e.program import DEADLINE
from tests.e2e.stack import Stack
from tests.e2e.version_0_1_0 import put_back, root_of

pytestmark = pytest.mark.install

RETIRED = ("gateway/secrets/authority-password", "gateway/secrets/authority-key")


def proves_updated(stack: Stack, ca_port: int, root: str) -> None:
    """The root is the one that others trust; who asks it needs the gateway's new key."""
    config = stack.site.config
    assert root_of(stack) == root
    assert (config / "gateway/secrets/authority-fingerprint").read_text() == root
    assert not [name for name in RETIRED if (config / name).exists()]
    authority = Authority(
        ca_port, json.loads((config / "gateway/secrets/provisioner-key").read_text())
    )
    assert authority.sign().status == 201
    assert [row["key"]["kid"] for row in authority.provisioners()] == [authority.key["kid"]]
    assert stack.site.has_working_token()
    assert "Already up to date" in stack.run("install", "--yes").stderr


def kill_at(stack: Stack, kind: str, count: int) -> None:
    """Start the update, and kill it once the journal says for the `count`th time that it begins."""
    journal = stack.site.journal
    start = journal.stat().st_size
    with stack.site.start("install", "--yes") as update:

        def is_begun() -> bool:
            rows = journal.read_bytes()[start:].decode().splitlines()
            begun = [row for row in rows if '"begun"' in row and f'"{kind}"' in row]
            return len(begun) >= count or update.poll() is not None

        while not is_begun():
            pass  # no pause: the point to hit is short
        update.send_signal(signal.SIGKILL)
        update.communicate(timeout=DEADLINE)
        assert update.returncode == -signal.SIGKILL, "killed before it was done"


def test_the_root_stays_and_the_provisioner_is_replaced(
    broken_federated: Stack, federated_port: int
) -> None:
    root = put_back(broken_federated, federated_port)
    broken_federated.run("install", "--yes")
    proves_updated(broken_federated, federated_port, root)
    left = broken_federated.exec("step-ca", "ls", "/home/step/config")
    assert left.split() == ["ca.json.replaced", "defaults.json"]


@pytest.mark.sampled(0)
@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("GenerateSecrets", 1),
        ("WriteSecret", 1),
        ("WriteSecret", 2),
        ("WriteFile", 2),
        ("WriteFile", 3),
        ("WriteFile", 4),
        ("WriteFile", 5),
        ("StartServers", 1),
        ("AlignDatabasePassword", 1),
        ("StartGateway", 1),
        ("RemoveSecret", 1),
        ("RemoveSecret", 2),
        ("WaitUntilHealthy", 1),
    ],
)
def test_an_update_that_was_killed_is_finished_by_the_next(
    broken_federated: Stack, federated_port: int, kind: str, count: int
) -> None:
    root = put_back(broken_federated, federated_port)
    kill_at(broken_federated, kind, count)
    broken_federated.run("install", "--yes")
    proves_updated(broken_federated, federated_port, root)
