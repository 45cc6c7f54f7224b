"""Connections as programs hold them: kept alive, silent, half-said, many."""

import http.client
import time

import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.process import DEADLINE

pytestmark = pytest.mark.gateway

# What the kernel of the other end waits before it acknowledges a packet that it has not answered.
DELAYED_ACKNOWLEDGEMENT = 0.040


def test_an_answer_on_a_kept_connection_does_not_wait_for_an_acknowledgement(
    gateway: SetUpGateway,
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.home.port, timeout=DEADLINE)
    # Not the first ones, which are acknowledged at once; of the rest the quickest, because a busy
    # machine delays some of them, and the missing option delays each.
    assert min([_seconds(connection) for _ in range(30)][10:]) < DELAYED_ACKNOWLEDGEMENT / 2
    connection.close()


def _seconds(connection: http.client.HTTPConnection) -> float:
    start = time.perf_counter()
    connection.request("GET", "/health")
    connection.getresponse().read()
    return time.perf_counter() - start
