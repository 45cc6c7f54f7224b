"""Who is asking: trusted origins, bearer tokens and session cookies, as FastAPI dependencies."""

from typing import Annotated

from fastapi import Cookie, Depends, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers

from mosaic_gateway.accounts.bearers import caller_of_token
from mosaic_gateway.accounts.callers import Caller, Scope, scopes_of
from mosaic_gateway.errors import UnauthenticatedError, UntrustedOriginError
from mosaic_gateway.http.forwarding import origin_of
from mosaic_gateway.http.services import Services

COOKIE = "mosaic_session"
BROWSER_COOKIE = "mosaic_browser"

_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="A user's token")
_API_KEY = APIKeyHeader(
    name="x-api-key",
    auto_error=False,
    scheme_name="key",
    description="The same token, where clients of Anthropic's API have it",
)
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


# What asks nobody is asynchronous, here and below: FastAPI has a thread do all else.
async def token_of(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    api_key: Annotated[str | None, Security(_API_KEY)],
) -> str | None:
    """The token that comes with a request, if any; a bearer token decides alone."""
    return bearer.credentials if bearer is not None else api_key


Token = Annotated[str | None, Depends(token_of)]
TheServices = Annotated[Services, Depends(services_of)]
Client = Annotated[str, Depends(client_of)]
SessionKey = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]
BrowserKey = Annotated[str | None, Cookie(alias=BROWSER_COOKIE, include_in_schema=False)]
TrustedOrigin = Depends(require_trusted_origin)


def require_caller(
    request: Request,
    services: TheServices,
    client: Client,
    token: Token,
    session_key: Annotated[str | None, Security(_SESSION)],
) -> Caller:
    """Whoever asks; a token that is present decides alone."""
    if token is not None:
        caller = caller_of_token(services.storage, token, client)
    else:
        caller = _caller_of_session(services, request, session_key, client)
    if caller is None:
        raise UnauthenticatedError
    request.state.is_known = True  # for the traces, which tell little of strangers
    return caller


AnyCaller = Annotated[Caller, Depends(require_caller)]


async def require_chat(caller: AnyCaller) -> Caller:
    """Somebody who may work with the gateway, for themselves."""
    caller.require(Scope.CHAT)
    return caller


async def require_admin(caller: AnyCaller) -> Caller:
    """An administrator, by a session or a token of scope `admin`."""
    caller.require(Scope.ADMIN)
    return caller


async def require_in_person(caller: AnyCaller) -> Caller:
    """Somebody about their own account, which a token for chats may not change."""
    caller.require_in_person()
    return caller


ChatCaller = Annotated[Caller, Depends(require_chat)]
AdminCaller = Annotated[Caller, Depends(require_admin)]
OwnCaller = Annotated[Caller, Depends(require_in_person)]


def _caller_of_session(
    services: Services, request: Request, key: str | None, client: str
) -> Caller | None:
    session = services.sessions.find(key) if key else None
    if session is None:
        return None
    origin = request.headers.get("origin")
    # The browser adds the cookie to whatever a page sends: only our pages may change something.
    if request.method != "GET" and origin not in {None, *services.trusted_origins}:
        raise UntrustedOriginError
    return Caller(session.user, client, scopes_of(session.user.role))


async def is_known(services: Services, headers: Headers) -> bool:
    """Whether a request that is not read yet comes with a token that is valid."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        token = headers.get("x-api-key", "")
    if not token:
        return False
    return await run_in_threadpool(caller_of_token, services.storage, token, "") is not None
