"""In one decision, a gateway is asked once what it has answered well; then it is asked anew."""

from pathlib import Path

import pytest
from tests.make import make_gateway
from tests.standins.server import Asked, StandIn, Told

from mosaic_installer.core.layout import Layout
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.local import LocalMachine

pytestmark = [pytest.mark.call, pytest.mark.timeout(60)]

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
