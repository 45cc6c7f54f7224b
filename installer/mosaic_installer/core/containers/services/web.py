"""The web dashboard, of an image that somebody names."""

from collections.abc import Mapping

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.containers.names import GATEWAY, WEB
from mosaic_installer.core.containers.service import Port, Service

PORT = 3000


def _environment(answers: Answers) -> Mapping[str, str]:
    url = f"http://{GATEWAY}:{answers.gateway.port}"
    return {"MOSAIC_GATEWAY_URL": url, "PORT": str(PORT)}


WEB_ROW = Service(
    name=WEB,
    image="web.image",
    switch="web.image",
    ports=(Port(setting="web.port", inside=PORT, reach="network"),),
    environment=_environment,
    scratch=("/tmp",),  # noqa: S108 - inside its container
    memory="512m",
    processes=128,
)
