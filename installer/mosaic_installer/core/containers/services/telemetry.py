"""Traces: a collector that takes them from the gateway, and Jaeger, where people look at them."""

from mosaic_installer.core.containers.names import COLLECTOR, JAEGER
from mosaic_installer.core.containers.service import File, Health, Port, Service
from mosaic_installer.core.questionnaire.telemetry import COLLECTOR_PORT

ASK = "wget -q -O /dev/null http://127.0.0.1:13133/status"

JAEGER_ROW = Service(
    name=JAEGER,
    image="images.jaeger",
    switch="telemetry.enabled",
    instead="telemetry.endpoint",
    ports=(Port(setting="telemetry.jaeger_port", inside=16686, reach="machine"),),
    files=(File(path="compose/jaeger/config.yaml", target="/etc/mosaic/config.yaml"),),
    user="ours",
    command=("--config", "/etc/mosaic/config.yaml"),
    scratch=("/tmp",),  # noqa: S108 - inside its container
    memory="512m",
    processes=128,
    health=Health(test=("CMD", *ASK.split()), interval=5, timeout=5, retries=6, start=60),
)
OTEL_COLLECTOR = Service(
    name=COLLECTOR,
    image="images.collector",
    switch="telemetry.enabled",
    instead="telemetry.endpoint",
    ports=(Port(setting="telemetry.collector_port", inside=COLLECTOR_PORT, reach="gateway"),),
    reached_at="http://{}",
    files=(File(path="compose/otel-collector/config.yaml", target="/etc/mosaic/config.yaml"),),
    user="ours",
    command=("--config", "/etc/mosaic/config.yaml"),
    memory="256m",
    processes=128,
)
