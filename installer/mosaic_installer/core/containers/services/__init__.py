"""`SERVICES`: every container there can be, a row each, in the order that they are started in."""

from mosaic_installer.core.containers.service import Service
from mosaic_installer.core.containers.services.authority import STEP_CA
from mosaic_installer.core.containers.services.gateway import GATEWAY_ROW
from mosaic_installer.core.containers.services.postgres import POSTGRES
from mosaic_installer.core.containers.services.telemetry import JAEGER_ROW, OTEL_COLLECTOR
from mosaic_installer.core.containers.services.valkey import VALKEY
from mosaic_installer.core.containers.services.web import WEB_ROW

SERVICES: tuple[Service, ...] = (
    POSTGRES,
    VALKEY,
    STEP_CA,
    JAEGER_ROW,
    OTEL_COLLECTOR,
    GATEWAY_ROW,
    WEB_ROW,
)
BY_NAME = {service.name: service for service in SERVICES}
