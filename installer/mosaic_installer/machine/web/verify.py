"""Try the services of a gateway with real calls: all at once, and never for longer than agreed."""

import threading
import time
from collections.abc import Sequence

from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.connections.dialects import calls_to, completion_by
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.connections.judgement import accepted, judge, judge_completion
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
    late = {each.name: judge(each, TOO_LATE) for each in wanted if each.name not in found}
    verdicts = found | late
    return tuple(verdict for each in wanted if (verdict := verdicts[each.name]) is not None)


def _look(endpoint: Endpoint, end: float, *, completes: bool) -> Verdict:
    replies = []
    for call in calls_to(endpoint):
        reply = _send(call, end)
        verdict = judge(endpoint, reply)
        if verdict is not None or isinstance(reply, Lost):
            return verdict or accepted(endpoint)
        replies.append(reply)
    completion = completion_by(endpoint) if completes else None
    verdict = judge_completion(endpoint, _send(completion, end)) if completion else None
    return verdict or accepted(endpoint, replies)


def _send(call: Call, end: float) -> Reply | Lost:
    left = end - time.monotonic()
    return send(call, left) if left > 0 else TOO_LATE
