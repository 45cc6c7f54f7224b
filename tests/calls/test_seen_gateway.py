"""In one decision, a gateway is asked once what it has answered well; then it is asked anew."""

from pathlib import Path

import pytest
from tests.make import make_gateway
from tests.standins.server import Asked, StandIn, Told

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.layout import Layout
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.gateway_api import SeenGateway
from mosaic_installer.machine.local import LocalMachine

pytestmark = [pytest.mark.call, pytest.mark.timeout(60)]

LISTS: dict[str, list[str]] = {"/api/admin/tokens": [], "/api/agents": []}
GOOD = Credential(kind="token", secret=Secret("good"))
BAD = Credential(kind="token", secret=Secret("bad"))


def test_what_was_answered_well_is_not_asked_again(tmp_path: Path) -> None:
    is_up = False

    def tell(asked: Asked) -> Told:
        if asked.path == "/health":
            return Told(status=200 if is_up else 503, body={"version": "1.2"})
        is_good = asked.headers["authorization"] == "Bearer good"
        return Told(status=200, body=[]) if is_good else Told(status=401)

    machine = LocalMachine(Layout.under(tmp_path / "m"))
    with StandIn(tell) as service:
        gateway = make_gateway(port=service.port)
        with machine.one_look():
            assert machine.api(gateway).version() is None
            is_up = True
            for _ in range(2):
                assert machine.api(gateway).version() == "1.2"
                assert machine.api(gateway).accepts(GOOD)
                assert not machine.api(gateway).accepts(BAD)
        assert len(service.asked) == 2 + 1 + 2
        for _ in range(2):
            assert machine.api(gateway).accepts(GOOD)
        assert len(service.asked) == 5 + 2


def seen(machine: LocalMachine, gateway: Gateway) -> SeenGateway:
    found = machine.api(gateway)
    assert isinstance(found, SeenGateway)
    return found


def tell_of_all(asked: Asked) -> Told:
    if asked.path in LISTS:
        is_good = asked.bearer == "good"
        return Told(body=LISTS[asked.path]) if is_good else Told(status=401)
    return Told(body={"version": "1.2", "needsSetup": False})


def test_who_wants_what_was_sent_ahead_has_that_answer(tmp_path: Path) -> None:
    machine = LocalMachine(Layout.under(tmp_path / "m"))
    with StandIn(tell_of_all) as service:
        gateway = make_gateway(port=service.port)
        with machine.one_look():
            for _ in range(2):
                seen(machine, gateway).begin()
                seen(machine, gateway).begin(GOOD)
            assert machine.api(gateway).version() == "1.2"
            assert not machine.api(gateway).needs_setup()
            assert machine.api(gateway).accepts(GOOD)
            assert machine.agents(gateway, GOOD).all() == ()
            paths = sorted(asked.path for asked in service.asked)
            assert paths == sorted(["/health", "/api/bootstrap/status", *LISTS])
            # An answer serves once, and only whom it was asked for.
            assert machine.agents(gateway, GOOD).all() == ()
            assert not machine.api(gateway).accepts(BAD)
            assert len(service.asked) == 4 + 2


def test_what_nobody_wanted_is_let_go_of_and_asked_anew(tmp_path: Path) -> None:
    machine = LocalMachine(Layout.under(tmp_path / "m"))
    with StandIn(tell_of_all) as service:
        gateway = make_gateway(port=service.port)
        with machine.one_look():
            seen(machine, gateway).begin(GOOD)
        assert machine.api(gateway).accepts(GOOD)
        with machine.one_look():
            assert machine.agents(gateway, GOOD).all() == ()


def test_nothing_sent_ahead_fails_before_somebody_asks(tmp_path: Path) -> None:
    machine = LocalMachine(Layout.under(tmp_path / "m"))
    with StandIn(tell_of_all) as service:
        gateway = make_gateway(port=service.port)
    with machine.one_look():
        seen(machine, gateway).begin()
        seen(machine, gateway).begin(Credential(kind="token", secret=Secret("no\nheader")))
        assert machine.api(gateway).version() is None
        assert not machine.api(gateway).accepts(Credential(kind="token", secret=Secret("\n")))
