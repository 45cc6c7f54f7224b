"""How long a run waits after a failure, and how often it is tried."""

from datetime import timedelta
from random import SystemRandom

TRIES = 5
FIRST = timedelta(minutes=1)
FACTOR = 4
SPREAD = 0.25
"""As a part of the wait, so that what failed together is not tried together again."""
LONGEST = FIRST * FACTOR ** (TRIES - 2) * (1 + SPREAD)


_RANDOM = SystemRandom()


def wait_after(attempts: int) -> timedelta | None:
    """The wait after so many failed attempts, about 1, 4, 16, 64 minutes; None: no other try."""
    if attempts >= TRIES:
        return None
    spread = _RANDOM.uniform(1 - SPREAD, 1 + SPREAD)
    return FIRST * (float(FACTOR ** (attempts - 1)) * spread)
