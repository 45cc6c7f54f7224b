"""`mosaic status` on a busy machine: the slow are not called dead, the dead are not waited for."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from tests.fake_machine import FakeMachine
from tests.make import LAYOUT, make_gateway

from mosaic_installer.commands import status
from mosaic_installer.core.containers.stack import Stack
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.gateway import Meta
from mosaic_installer.core.machine.api import PATIENT_SECONDS
from mosaic_installer.core.machine.containers import FoundContainer, State

pytestmark = pytest.mark.unit

GATEWAY = make_gateway(
    stack=Stack(layout=LAYOUT, project="mosaic", services=("postgres", "gateway"))
)
META = Meta(
    version="0.1.0",
    tier="standalone",
    host="127.0.0.1",
    port=14242,
    runtime="container",
    supervisor="daemon",
    installed_at="2026-01-01",
)
POSTGRES = FoundContainer(service="postgres", image="", state="healthy", since=None, ports=())
SOON = 0.1
SLOW = status.LOOK_SECONDS + 1.0
NEVER = float("inf")


@pytest.mark.parametrize(
    ("servers", "process", "gateway", "is_well", "waited"),
    [
        (SOON, SOON, SOON, True, SOON),
        (SOON, SLOW, SOON, True, SLOW),
        (SLOW, SOON, SOON, True, SLOW),
        (SOON, SOON, SLOW, True, SLOW),
        (SLOW, SLOW, SOON, False, status.LOOK_SECONDS),
        (NEVER, NEVER, NEVER, False, status.LOOK_SECONDS),
        (SOON, SOON, NEVER, False, PATIENT_SECONDS),
    ],
)
def test_whoever_gave_a_sign_of_life_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
    *,
    servers: float,
    process: float,
    gateway: float,
    is_well: bool,
    waited: float,
) -> None:
    delays, waits = [servers, process, gateway], [0.0]

    class Timed:
        """`Asked` of whoever answers after a time that the test chose."""

        def __init__(self, ask: Callable[[], object]) -> None:
            self.ask, self.delay = ask, delays.pop(0)

        def answer(self, until: float) -> object:
            waits.append(min(until, self.delay))
            return self.ask() if self.delay <= until else None

    monkeypatch.setattr(status, "Asked", Timed)
    monkeypatch.setattr(status, "_servers", lambda *_: (POSTGRES,))
    machine = FakeMachine()
    machine.gateway_service.start("a fingerprint")
    begun = machine.seconds()
    seen = status._look(cast("Any", machine), GATEWAY, META)
    assert (seen.is_well and bool(seen.servers)) is is_well
    assert max(waits) - begun == waited


@pytest.mark.parametrize(
    ("change", "line", "state"),
    [
        ({}, "healthy", "healthy"),
        ({"state": "exited"}, "exited", "running, but not ready without postgres,"),
        (
            {"state": "created", "waits_for": "node2, which is down"},
            "waits for node2, which is down",
            "running, but not ready without postgres,",
        ),
        ({"service": "web", "state": "exited"}, "exited", "healthy"),
    ],
)
def test_a_gateway_is_not_healthy_without_what_it_needs(
    change: dict[str, Any], line: str, state: str
) -> None:
    row = replace(POSTGRES, **change)
    machine = FakeMachine()
    machine.gateway_service.start("a fingerprint")
    seen = status._Seen(
        process=machine.gateway_service.process(), version="0.1.0", fault="", servers=(row,)
    )
    assert status._line(row) == line
    assert status._state(seen, GATEWAY.runtime) == state
    assert seen.is_well == (state == "healthy")


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("healthy",), "healthy"),
        (("starting",), "healthy"),
        (("healthy", "healthy"), "healthy"),
        (("healthy", "created", "exited"), "healthy, but only 1 of 3,"),
    ],
)
def test_of_several_gateways_those_that_are_there_are_counted(
    states: tuple[State, ...], words: str
) -> None:
    rows = tuple(replace(POSTGRES, service="gateway", state=state) for state in states)
    machine = FakeMachine()
    machine.gateway_service.start("a fingerprint")
    seen = status._Seen(
        process=machine.gateway_service.process(), version="0.1.0", fault="", servers=rows
    )
    assert status._state(seen, GATEWAY.runtime) == words
