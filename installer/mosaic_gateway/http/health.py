"""Whether the process answers, and whether what it depends on does; no credentials asked."""

from fastapi import APIRouter, Response

from mosaic_gateway.http.access import TheServices
from mosaic_gateway.http.models import HealthView, ReadinessView
from mosaic_gateway.version import version

ROUTES = APIRouter(tags=["health"])


@ROUTES.get("/health")
async def health() -> HealthView:
    """Answer at once; takes no thread, so that a busy gateway is still seen to be alive."""
    return HealthView(status="ok", version=version())


@ROUTES.get("/health/ready", responses={503: {"model": ReadinessView}})
async def ready(services: TheServices, response: Response) -> ReadinessView:
    """Ask every dependency, all at the same time, and once for all who ask meanwhile."""
    checks = await services.readiness.checks()
    is_ready = all(check.ok for check in checks.values())
    response.status_code = 200 if is_ready else 503
    return ReadinessView(status="ok" if is_ready else "unavailable", checks=checks)
