"""Whether everything is there that the gateway depends on; asked once for all who want to know.

A probe that hangs is not asked again before it has come back, so that it holds one thread at most.
"""

import logging
import time
from collections.abc import Mapping
from typing import Protocol

import anyio
from anyio import CapacityLimiter, to_thread

from mosaic_gateway.errors import ServiceError
from mosaic_gateway.http.models import CheckView

LONGEST_PROBE_SECONDS = 5.0
# A thread that was given up on cannot wake us.
LOOK_AGAIN_SECONDS = 0.05

_LOG = logging.getLogger("mosaic_gateway.http")


class Probe(Protocol):
    """Something `/health/ready` reports on."""

    def check(self) -> None:
        """Return when it works; raises ServiceError when it does not."""


class Readiness:
    """Asks the probes, for one crowd at a time."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        # Not the pool of the requests: a probe that hangs must not take their threads away.
        self._limiter = CapacityLimiter(max(len(probes), 1))
        self._lock = anyio.Lock()
        self._hanging: set[str] = set()
        self._checks: dict[str, CheckView] = {}
        self._answered_at = 0.0
        self._is_leaving = False

    def leave(self) -> None:
        """Say from now on that it is not ready: whoever shares out requests asks another."""
        self._is_leaving = True

    async def checks(self) -> dict[str, CheckView]:
        """Ask every dependency, all at the same time; who asks meanwhile has the same answer."""
        if self._is_leaving:
            return {"gateway": CheckView(ok=False, ms=0, error="is stopping")}
        asked_at = time.monotonic()
        async with self._lock:
            if asked_at >= self._answered_at:
                self._checks = await self._ask_all()
                self._answered_at = time.monotonic()
            return self._checks

    async def _ask_all(self) -> dict[str, CheckView]:
        checks: dict[str, CheckView] = {}

        async def ask(name: str) -> None:
            checks[name] = await self._ask(name)

        async with anyio.create_task_group() as group:
            for name in self._probes:
                group.start_soon(ask, name)
        return {name: checks[name] for name in self._probes}

    async def _ask(self, name: str) -> CheckView:
        started = time.perf_counter()
        fault: str | None = f"did not answer within {LONGEST_PROBE_SECONDS:.0f} s"
        with anyio.move_on_after(LONGEST_PROBE_SECONDS):
            while name in self._hanging:  # noqa: ASYNC110 - no event of the loop tells
                await anyio.sleep(LOOK_AGAIN_SECONDS)
            fault = await to_thread.run_sync(
                self._fault, name, abandon_on_cancel=True, limiter=self._limiter
            )
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        return CheckView(ok=fault is None, ms=milliseconds, error=fault)

    def _fault(self, name: str) -> str | None:
        """Why it is not ready, in words that anyone may read; None when it is."""
        probe = self._probes[name]
        self._hanging.add(name)
        try:
            probe.check()
        except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not ready
            _LOG.warning("%s is not ready: %s", type(probe).__name__, error)
            return error.brief if isinstance(error, ServiceError) else "cannot be used"
        finally:
            self._hanging.discard(name)
        return None
