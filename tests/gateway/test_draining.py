"""One of several gateways that is told to stop: whoever shares out requests has time to notice."""

import signal
import time

import httpx
import pytest
from tests.gateway.process import DEADLINE, Home

pytestmark = pytest.mark.gateway


def test_one_of_several_still_answers_while_others_take_over(home: Home) -> None:
    home.start({"MOSAIC_STOP_DRAIN": "60"})
    home.send(signal.SIGTERM)
    end = time.monotonic() + DEADLINE
    while (ready := httpx.get(f"{home.url}/health/ready", timeout=DEADLINE)).status_code == 200:
        assert time.monotonic() < end
    assert ready.json()["checks"]["gateway"]["error"] == "is stopping"
    assert httpx.get(f"{home.url}/health", timeout=DEADLINE).status_code == 200
    home.send(signal.SIGTERM)
    assert home.wait() == 0
