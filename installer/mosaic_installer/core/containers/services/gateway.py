"""The gateway, where it is a container; what it reads is said by `definition.py`."""

from collections.abc import Mapping

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import GATEWAY
from mosaic_installer.core.containers.service import Health, Port, Service
from mosaic_installer.core.runtime import is_contained

CONFIG = "/etc/mosaic/mosaic.config.json"
ENVIRONMENT = "/etc/mosaic/gateway.env"


def _environment(_answers: Answers) -> Mapping[str, str]:
    return {"MOSAIC_CONFIG": CONFIG, "MOSAIC_ENV_FILE": ENVIRONMENT}


GATEWAY_ROW = Service(
    name=GATEWAY,
    image="gateway.image",
    condition=is_contained,
    ports=(Port(setting="gateway.port", reach="network"),),
    user="ours",
    environment=_environment,
    command=("serve",),
    scratch=("/tmp",),  # noqa: S108 - inside its container
    memory="1g",
    processes=256,
    grace=30,
    health=Health(
        test=("CMD", "mosaic-gateway", "healthcheck"),
        interval=5,
        timeout=6,
        retries=6,
        start=120,
        rest=10,
    ),
)
