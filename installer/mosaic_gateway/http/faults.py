"""What a fault of a provider is for whoever asked: a status, and how long to wait."""

import math
from collections.abc import Mapping

from mosaic_gateway.turns.events import Failed

STATUSES: Mapping[str, int] = {
    "rate-limited": 429,
    "out-of-credit": 429,
    "overloaded": 503,
    "unreachable": 502,
    "too-slow": 504,
    # Not the client's own key, so none of 401 and 403.
    "key-refused": 502,
    "no-such-model": 404,
    "too-long": 400,
    "incapable": 400,
    "rejected": 400,
    "broken": 502,
    "not-kept": 503,
}


def waiting(failed: Failed) -> dict[str, str]:
    """The header that says when to ask again, where the provider does."""
    after = failed.retry_after
    return {"Retry-After": str(math.ceil(after))} if after is not None and after >= 0 else {}
