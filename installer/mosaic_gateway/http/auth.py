"""Sessions for browsers: sign in, sign out, and who is signed in."""

from fastapi import APIRouter, Request, Response

from mosaic_gateway.accounts.sessions import LIFE
from mosaic_gateway.accounts.sign_in import Credentials
from mosaic_gateway.http.access import (
    COOKIE,
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


@ROUTES.post("/sign-in/email", dependencies=[TrustedOrigin])
def sign_in_with_email(
    body: SignInRequest, services: TheServices, client: Client, request: Request, response: Response
) -> SignedInView:
    """Open a session; its key is in the cookie and nowhere else."""
    user, key = services.sign_in.open_session(Credentials(body.email, client, body.password))
    _set_cookie(request, response, key)
    return SignedInView(user=UserView.model_validate(user))


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


def _set_cookie(request: Request, response: Response, key: str) -> None:
    # Behind a proxy that ends TLS we are asked over http; the page's origin knows better.
    origin = request.headers.get("origin", request.url.scheme)
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=origin.startswith("https"),
    )
