"""Sessions for browsers: sign in, sign out, and who is signed in."""

from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from mosaic_gateway.accounts.browsers import LIFE as BROWSER_LIFE
from mosaic_gateway.accounts.sessions import LIFE
from mosaic_gateway.accounts.sign_in import Credentials
from mosaic_gateway.http.access import (
    BROWSER_COOKIE,
    COOKIE,
    BrowserKey,
    Client,
    SessionKey,
    TheServices,
    TrustedOrigin,
)
from mosaic_gateway.http.models import (
    SessionTimeView,
    SessionView,
    SignedInView,
    SignedOutView,
    SignInRequest,
    UserView,
)

ROUTES = APIRouter(prefix="/api/auth", tags=["auth"])


def claim_of(body: SignInRequest, client: Client, browser: BrowserKey = None) -> Credentials:
    """What somebody claims to be."""
    return Credentials(body.email, client, body.password, browser)


@ROUTES.post("/sign-in/email", dependencies=[TrustedOrigin])
def sign_in_with_email(
    claim: Annotated[Credentials, Depends(claim_of)],
    services: TheServices,
    request: Request,
    response: Response,
) -> SignedInView:
    """Open a session; its key is in the cookie and nowhere else."""
    opened = services.sign_in.open_session(claim)
    set_cookie = partial(_set_cookie, request, response)
    set_cookie(COOKIE, opened.key, LIFE)
    set_cookie(BROWSER_COOKIE, opened.browser, BROWSER_LIFE)
    return SignedInView(user=UserView.model_validate(opened.user))


@ROUTES.post("/sign-out", dependencies=[TrustedOrigin])
def sign_out(
    services: TheServices, response: Response, session_key: SessionKey = None
) -> SignedOutView:
    """End the session, if there is one."""
    if session_key:
        services.sessions.end(session_key)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return SignedOutView(success=True)


@ROUTES.get("/get-session")
def get_session(services: TheServices, session_key: SessionKey = None) -> SessionView | None:
    """Who is signed in; null when nobody is."""
    session = services.sessions.find(session_key) if session_key else None
    if session is None:
        return None
    return SessionView(
        user=UserView.model_validate(session.user), session=SessionTimeView.model_validate(session)
    )


def _set_cookie(
    request: Request, response: Response, name: str, value: str, life: timedelta
) -> None:
    # Behind a proxy that ends TLS we are asked over http; the page's origin knows better.
    origin = request.headers.get("origin", request.url.scheme)
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=origin.startswith("https"),
    )
