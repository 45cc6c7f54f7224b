"""What stands at the gateway's own address: what this is, and where to go from there."""

from fastapi import APIRouter

from mosaic_gateway.http.models import Wire
from mosaic_gateway.version import version

ROUTES = APIRouter(tags=["health"])


class HomeView(Wire):
    """What this is, and the paths under which it does something."""

    name: str
    version: str
    health: str
    chat: str
    models: str
    credentials: str


@ROUTES.get("/")
async def home() -> HomeView:
    """Say what this is to whoever opens the address in a browser; nothing that is secret."""
    return HomeView(
        name="Mosaic gateway",
        version=version(),
        health="/health",
        chat="/v1/chat/completions",
        models="/v1/models",
        credentials="Authorization: Bearer TOKEN, as `mosaic token show` prints it",
    )
