"""The application: routes, error shapes and the layers around them."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from mosaic_gateway.http import auth, bootstrap, health, tokens
from mosaic_gateway.http.errors import explain_errors
from mosaic_gateway.http.models import ErrorView
from mosaic_gateway.http.services import Services
from mosaic_gateway.http.shield import BodyCap, Cors, CutOff, SecurityHeaders
from mosaic_gateway.version import version


def make_api() -> FastAPI:
    """The routes alone, which is what the OpenAPI document is about."""
    app = FastAPI(
        title="Mosaic gateway",
        version=version(),
        docs_url=None,
        redoc_url=None,
        # A redirection would lead to whatever the Host header says.
        redirect_slashes=False,
        # Declared for all, and in place of the 422 that FastAPI would announce and we never send.
        responses={"4XX": {"model": ErrorView, "description": "Refused"}},
    )
    for room in (health, bootstrap, auth, tokens):
        app.include_router(room.ROUTES)
    explain_errors(app)
    return app


def make_application(services: Services, cors_origins: tuple[str, ...]) -> ASGIApp:
    """The whole, ready to be served."""
    app = make_api()
    app.state.services = services
    app.add_middleware(BodyCap)
    app.add_middleware(
        Cors,
        allow_origins=list(cors_origins),
        allow_credentials=True,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
    )
    return SecurityHeaders(CutOff(app))
