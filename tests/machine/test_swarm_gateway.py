"""The gateway of a Swarm: whether it runs, and whether all of it does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.machine.engine.swarm.gateway_service import SwarmGateway
from mosaic_installer.machine.engine.swarm.services import LocalSwarm

pytestmark = pytest.mark.unit

TEMPLATE = {"ContainerSpec": {"Image": "sha256:1", "Env": ["MOSAIC_CONFIG_FINGERPRINT=f1"]}}


def task(state: str, node: str, *, wanted: str = "running") -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "ID": f"{state} on {node}",
        "NodeID": node,
        "CreatedAt": now,
        "DesiredState": wanted,
        "Spec": TEMPLATE,
        "Status": {"State": state, "Timestamp": now},
    }


class FakeSwarm:
    """The services of an installation, and all that is seen of them: tasks of the gateway."""

    def __init__(self, *states: str, failures: int = 0, **update: str) -> None:
        self._states = states
        self._failed = [task("failed", "n2", wanted="shutdown")] * failures
        self._update = {"UpdateStatus": update} if update else {}

    def once(
        self, what: str, conclude: Callable[[], RunningGateway | None]
    ) -> RunningGateway | None:
        assert what
        return conclude()

    def seen(self) -> "FakeSwarm":
        return self

    def services(self) -> dict[str, Any]:
        mode = {"Replicated": {"Replicas": 2}}
        spec = {"TaskTemplate": TEMPLATE, "Mode": mode}
        return {"gateway": {"Spec": spec, "UpdatedAt": "2026-01-01T00:00:00Z", **self._update}}

    def tasks(self) -> dict[str, Any]:
        rows = [task(each, f"n{row}") for row, each in enumerate(self._states, 1)]
        return {"gateway": [*rows, *self._failed]}

    def here(self) -> str:
        return "n1"

    def spares(self, service: str) -> tuple[str, ...]:
        assert service == "gateway"
        return ()

    def are_as_written(self, fingerprints: dict[str, str], seen: object) -> bool:
        assert seen is self
        return fingerprints == {"gateway": "f1"}


def running_as(*states: str) -> RunningGateway:
    running = SwarmGateway(cast("LocalSwarm", FakeSwarm(*states)), is_alone=False).process()
    assert running is not None
    assert running.fingerprint == "f1"
    return running


def test_a_gateway_is_starting_while_one_of_its_tasks_is() -> None:
    assert not running_as("running", "running").is_starting
    assert running_as("running", "starting").is_starting


@pytest.mark.parametrize(
    ("found", "fingerprint"),
    [
        (FakeSwarm("running", "starting", failures=3), ""),
        (FakeSwarm("running", "starting", State="paused", Message="update paused"), ""),
        (FakeSwarm("running", "starting", failures=1), "f1"),
        (FakeSwarm("running", "running", failures=3), "f1"),
        (FakeSwarm("running", "running", State="paused", Message="update paused"), "f1"),
    ],
)
def test_what_failed_and_starts_now_is_begun_anew(found: FakeSwarm, fingerprint: str) -> None:
    running = SwarmGateway(cast("LocalSwarm", found), is_alone=False).process()
    assert running is not None
    assert running.fingerprint == fingerprint
