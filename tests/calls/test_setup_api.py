"""The call that makes the first administrator, also at a gateway that knows no setup secret."""

from pathlib import Path

import pytest
from tests.make import LAYOUT
from tests.standins.server import Asked, StandIn, Told

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Founder
from mosaic_installer.core.runtime import Process
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError
from mosaic_installer.machine.gateway_api import HttpGateway

pytestmark = [pytest.mark.call, pytest.mark.timeout(60)]

MADE = Told(status=201, body={"token": {"plaintext": "mosaic_x"}})


def founder(secret: str) -> Founder:
    return Founder(
        name="Ada",
        email="ada@example.org",
        password=Secret("correct-horse-9"),
        setup_secret=Secret(secret) if secret else None,
    )


def api_at(service: StandIn) -> HttpGateway:
    gateway = Gateway(
        layout=LAYOUT,
        python=Path("python"),
        bind="127.0.0.1",
        port=service.port,
        version="1",
        runtime=Process(supervisor="daemon", unit_folder=Path("/nowhere")),
    )
    return HttpGateway(gateway)


@pytest.mark.parametrize("secret", ["the-secret", ""])
def test_a_gateway_that_knows_no_secret_is_set_up_all_the_same(secret: str) -> None:
    with StandIn(lambda _: MADE) as service:
        assert api_at(service).set_up(founder(secret)) == Secret("mosaic_x")
    (asked,) = service.asked
    assert asked.path == "/api/bootstrap/setup"
    assert asked.headers.get("x-mosaic-setup", "") == secret
    assert "the-secret" not in str(asked.body)


def test_a_gateway_that_knows_another_secret_is_named() -> None:
    def refuses(asked: Asked) -> Told:
        return MADE if asked.headers["x-mosaic-setup"] == "another" else Told(status=404)

    with StandIn(refuses) as service, pytest.raises(CredentialError, match="setup secret"):
        api_at(service).set_up(founder("the-secret"))
