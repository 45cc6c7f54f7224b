"""How long the gateway takes to answer: milliseconds, because no other program is a yardstick."""

import http.client
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.gateway.process import DEADLINE, running, sqlite_home

ANSWER_MILLISECONDS = 1.5
ANSWERS = 500


def kept_alive_milliseconds() -> float:
    """Return the median time of `/health` on one connection that is kept."""
    with tempfile.TemporaryDirectory() as folder, running(sqlite_home(Path(folder))) as home:
        home.start()
        connection = http.client.HTTPConnection("127.0.0.1", home.port, timeout=DEADLINE)
        seconds = [_ask(connection) for _ in range(ANSWERS)]
        connection.close()
    return 1000 * median(seconds)


def _ask(connection: http.client.HTTPConnection) -> float:
    start = time.perf_counter()
    connection.request("GET", "/health")
    connection.getresponse().read()
    return time.perf_counter() - start
