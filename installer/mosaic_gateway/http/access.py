"""Who is asking: trusted origins, bearer tokens and session cookies, as FastAPI dependencies."""

from typing import Annotated

from fastapi import Cookie, Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from mosaic_gateway.accounts.tokens import owner_of
from mosaic_gateway.accounts.users import User, look_up
from mosaic_gateway.errors import (
    NotAdministratorError,
    UnauthenticatedError,
    UntrustedOriginError,
)
from mosaic_gateway.http.forwarding import origin_of
from mosaic_gateway.http.services import Services

COOKIE = "mosaic_session"
BROWSER_COOKIE = "mosaic_browser"

_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="An administrator's token")
_SESSION = APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="session")


async def services_of(request: Request) -> Services:
    """The services this application was made with."""
    services: Services = request.app.state.services
    return services


async def client_of(request: Request, services: Annotated[Services, Depends(services_of)]) -> str:
    """The network address at the other end, or of whom a proxy that we trust speaks for."""
    peer = request.client.host if request.client else "unknown"
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return origin_of(peer, forwarded, services.trusted_proxies)


async def require_trusted_origin(
    request: Request, services: Annotated[Services, Depends(services_of)]
) -> None:
    """Refuse pages that are not ours. Programs send no Origin, and no page can trick them."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in services.trusted_origins:
        raise UntrustedOriginError


Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
TheServices = Annotated[Services, Depends(services_of)]
Client = Annotated[str, Depends(client_of)]
SessionKey = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]
BrowserKey = Annotated[str | None, Cookie(alias=BROWSER_COOKIE, include_in_schema=False)]
TrustedOrigin = Depends(require_trusted_origin)


def require_admin(
    request: Request,
    services: TheServices,
    bearer: Bearer,
    session_key: Annotated[str | None, Security(_SESSION)],
) -> User:
    """The administrator who asks; a bearer token that is present decides alone."""
    if bearer is not None:
        user_id = owner_of(services.storage, bearer.credentials)
        user = look_up(services.storage, user_id) if user_id else None
    else:
        user = _user_of_session(services, request, session_key)
    if user is None:
        raise UnauthenticatedError
    if not user.is_admin:
        raise NotAdministratorError
    return user


Admin = Annotated[User, Depends(require_admin)]


def _user_of_session(services: Services, request: Request, key: str | None) -> User | None:
    session = services.sessions.find(key) if key else None
    if session is None:
        return None
    origin = request.headers.get("origin")
    # The browser adds the cookie to whatever a page sends: only our pages may change something.
    if request.method != "GET" and origin not in {None, *services.trusted_origins}:
        raise UntrustedOriginError
    return session.user
