"""The gateway of a Swarm: whether it runs, and whether all of it does."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from mosaic_installer.core.machine.service import RunningGateway
from mosaic_installer.machine.engine.swarm.gateway_service import SwarmGateway
from mosaic_installer.machine.engine.swarm.services import LocalSwarm

pytestmark = pytest.mark.unit

TEMPLATE = {"ContainerSpec": {"Image": "sha256:1", "Env": ["MOSAIC_CONFIG_FINGERPRINT=f1"]}}


def task(state: str, node: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "NodeID": node,
        "DesiredState": "running",
        "Spec": TEMPLATE,
        "Status": {"State": state, "Timestamp": now},
    }


class FakeSwarm:
    """The services of an installation, and all that is seen of them: tasks of the gateway."""

    def __init__(self, *states: str) -> None:
        self._states = states

    def seen(self) -> "FakeSwarm":
        return self

    def services(self) -> dict[str, Any]:
        mode = {"Replicated": {"Replicas": 2}}
        return {"gateway": {"Spec": {"TaskTemplate": TEMPLATE, "Mode": mode}}}

    def tasks(self) -> dict[str, Any]:
        return {"gateway": [task(each, f"n{row}") for row, each in enumerate(self._states, 1)]}

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
