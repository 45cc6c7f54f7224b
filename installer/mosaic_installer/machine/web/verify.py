"""Try the services of a gateway with real calls: all at once, and never for longer than agreed."""

import threading
import time
from collections.abc import Sequence

from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.connections.judgement import unreachable
from mosaic_installer.core.connections.trial import trial
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.machine.web.calls import LATE, send

DEADLINE = 10.0
TOO_LATE = Lost(cause="timeout", reason=LATE)


def verify(
    wanted: Sequence[Endpoint], *, completes: bool = False, seconds: float = DEADLINE
) -> tuple[Verdict, ...]:
    """Return a verdict on each service within `seconds`; `completes` asks models for a word, too.

    A service that goes on sending slowly is left to a thread that ends with the program.
    """
    found: dict[str, Verdict] = {}
    end = time.monotonic() + seconds

    def look(endpoint: Endpoint) -> None:
        found[endpoint.name] = _look(endpoint, end, completes=completes)

    threads = [threading.Thread(target=look, args=(each,), daemon=True) for each in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return tuple(found.get(each.name) or unreachable(each, TOO_LATE) for each in wanted)


def _look(endpoint: Endpoint, end: float, *, completes: bool) -> Verdict:
    attempt = trial(endpoint, completes=completes)
    call = next(attempt)
    while True:
        try:
            call = attempt.send(_send(call, end))
        except StopIteration as over:
            verdict: Verdict = over.value
            return verdict


def _send(call: Call, end: float) -> Reply | Lost:
    left = end - time.monotonic()
    return send(call, left) if left > 0 else TOO_LATE
