"""The first start: is there nobody yet, and if so, who is the administrator?"""

from fastapi import APIRouter

from mosaic_gateway.accounts.setup import Founder, needs_setup, set_up
from mosaic_gateway.http.access import Client, TheServices, TrustedOrigin
from mosaic_gateway.http.models import (
    PlainTokenView,
    SetupRequest,
    SetupStatusView,
    SetupView,
    UserView,
)

ROUTES = APIRouter(prefix="/api/bootstrap", tags=["bootstrap"])


@ROUTES.get("/status")
def status(services: TheServices) -> SetupStatusView:
    """Whether setup is still possible."""
    return SetupStatusView(needs_setup=needs_setup(services.storage))


@ROUTES.post("/setup", status_code=201, dependencies=[TrustedOrigin])
def setup(body: SetupRequest, services: TheServices, client: Client) -> SetupView:
    """Create the administrator and a token, once."""
    founder = Founder(body.name, body.email, client, body.password)
    user, token = set_up(services.storage, services.passwords, founder)
    return SetupView(user=UserView.model_validate(user), token=PlainTokenView.model_validate(token))
