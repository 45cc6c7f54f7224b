"""Whether the process answers, and whether what it depends on does; no credentials asked."""

import logging
import time
from collections.abc import Mapping

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Response

from mosaic_gateway.errors import ServiceError
from mosaic_gateway.http.access import TheServices
from mosaic_gateway.http.models import CheckView, HealthView, ReadinessView
from mosaic_gateway.http.services import Probe
from mosaic_gateway.version import version

LONGEST_PROBE_SECONDS = 5.0
PROBE_THREADS = 8

_LOG = logging.getLogger("mosaic_gateway.http")

ROUTES = APIRouter(tags=["health"])


@ROUTES.get("/health")
async def health() -> HealthView:
    """Answer at once; takes no thread, so that a busy gateway is still seen to be alive."""
    return HealthView(status="ok", version=version())


@ROUTES.get("/health/ready", responses={503: {"model": ReadinessView}})
async def ready(services: TheServices, response: Response) -> ReadinessView:
    """Ask every dependency, all at the same time."""
    checks = await _check_all(services.probes)
    is_ready = all(check.ok for check in checks.values())
    response.status_code = 200 if is_ready else 503
    return ReadinessView(status="ok" if is_ready else "unavailable", checks=checks)


async def _check_all(probes: Mapping[str, Probe]) -> dict[str, CheckView]:
    checks: dict[str, CheckView] = {}
    # Not the pool of the requests: a probe that hangs must not take their threads away.
    limiter = CapacityLimiter(PROBE_THREADS)

    async def check(name: str, probe: Probe) -> None:
        checks[name] = await _check(probe, limiter)

    async with anyio.create_task_group() as group:
        for name, probe in probes.items():
            group.start_soon(check, name, probe)
    return {name: checks[name] for name in probes}


async def _check(probe: Probe, limiter: CapacityLimiter) -> CheckView:
    started = time.perf_counter()
    fault: str | None = f"did not answer within {LONGEST_PROBE_SECONDS:.0f} s"
    with anyio.move_on_after(LONGEST_PROBE_SECONDS):
        fault = await to_thread.run_sync(_fault, probe, abandon_on_cancel=True, limiter=limiter)
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    return CheckView(ok=fault is None, ms=milliseconds, error=fault)


def _fault(probe: Probe) -> str | None:
    """Why it is not ready, in words that anyone may read; None when it is."""
    try:
        probe.check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not ready
        _LOG.warning("%s is not ready: %s", type(probe).__name__, error)
        return error.brief if isinstance(error, ServiceError) else "cannot be used"
    return None
