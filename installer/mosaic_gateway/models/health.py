"""Which models failed lately, so that nobody waits for them: a circuit breaker for each.

After Nygard, Release It! (2nd edition, chapter 5): closed, open for a while, then tried again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from mosaic_gateway.models.pieces import Fault, ModelError

PATIENCE = 3
"""How many faults in a row it takes, where one may be chance."""
REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 600.0

# What one fault tells for sure, how long it probably lasts, and whether of the whole provider.
_SURE: dict[Fault, tuple[float, bool]] = {
    "rate-limited": (REST_SECONDS, False),
    "key-refused": (300.0, True),
    "out-of-credit": (300.0, True),
    "no-such-model": (LONGEST_REST_SECONDS, False),
}
_CHANCE: frozenset[Fault] = frozenset({"overloaded", "unreachable", "too-slow", "broken"})


@dataclass(frozen=True)
class Rest:
    """Who is left alone, a provider or a `provider/model`; why, and for how many seconds more."""

    name: str
    fault: Fault
    seconds: float


@dataclass
class _Breaker:
    faults: int = 0
    closed_from: float = 0.0
    why: Fault = "broken"


class Health:
    """What is known of the models; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._breakers: dict[str, _Breaker] = {}

    def answered(self, provider: str, model: str) -> None:
        """Note that a model answered: whatever was wrong is over."""
        for name in (provider, f"{provider}/{model}"):
            self._breakers.pop(name, None)

    def failed(self, provider: str, model: str, error: ModelError) -> None:
        """Note what a model did instead of answering."""
        if error.fault in _SURE:
            rest, is_of_all = _SURE[error.fault]
            if error.retry_after is not None:
                rest = min(max(error.retry_after, 1.0), LONGEST_REST_SECONDS)
            self._open(provider if is_of_all else f"{provider}/{model}", rest, error.fault)
        elif error.fault in _CHANCE:
            breaker = self._breakers.setdefault(f"{provider}/{model}", _Breaker())
            breaker.faults += 1
            if breaker.faults >= PATIENCE:
                self._open(f"{provider}/{model}", REST_SECONDS, error.fault)

    def rests(self, provider: str, model: str) -> bool:
        """Whether a model is better left alone for now."""
        now = self._clock()
        found = (self._breakers.get(name) for name in (provider, f"{provider}/{model}"))
        return any(breaker is not None and now < breaker.closed_from for breaker in found)

    def resting(self, provider: str) -> tuple[Rest, ...]:
        """Return which of a provider's models are left alone for now, or that it is as a whole."""
        now = self._clock()
        return tuple(
            Rest(name, breaker.why, breaker.closed_from - now)
            for name, breaker in list(self._breakers.items())
            if name.partition("/")[0] == provider and now < breaker.closed_from
        )

    def _open(self, name: str, seconds: float, why: Fault) -> None:
        breaker = self._breakers.setdefault(name, _Breaker())
        breaker.closed_from, breaker.why = self._clock() + seconds, why
