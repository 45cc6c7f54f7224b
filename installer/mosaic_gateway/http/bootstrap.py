"""The first start: is there nobody yet, and if so, who is the administrator?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Security
from fastapi.security import APIKeyHeader

from mosaic_gateway.accounts.setup import Founder
from mosaic_gateway.http.access import Client, TheServices, TrustedOrigin
from mosaic_gateway.http.models import (
    NewUserView,
    PlainTokenView,
    SetupRequest,
    SetupStatusView,
    UserView,
)

SECRET_HEADER = "X-Mosaic-Setup"  # noqa: S105 - the header's name, not the secret

ROUTES = APIRouter(prefix="/api/bootstrap", tags=["bootstrap"])

_SECRET = APIKeyHeader(
    name=SECRET_HEADER,
    auto_error=False,
    scheme_name="setup",
    description="The setup secret, which the installer made",
)


def require_secret(services: TheServices, given: Annotated[str | None, Security(_SECRET)]) -> None:
    """Let nobody in who does not know the setup secret; for them there is nothing here."""
    services.setup.require_secret(given)


@ROUTES.get("/status")
def status(services: TheServices) -> SetupStatusView:
    """Whether there is no user yet."""
    return SetupStatusView(needs_setup=services.setup.needs_founder())


@ROUTES.post("/setup", status_code=201, dependencies=[TrustedOrigin, Depends(require_secret)])
def setup(body: SetupRequest, services: TheServices, client: Client) -> NewUserView:
    """Create the administrator and a token, once."""
    founder = Founder(body.name, body.email, client, body.password)
    user, token = services.setup.found(founder)
    return NewUserView(
        user=UserView.model_validate(user), token=PlainTokenView.model_validate(token)
    )
