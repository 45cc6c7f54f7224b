"""The application: routes, error shapes and the layers around them."""

from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from mosaic_gateway.http import (
    agents,
    auth,
    available,
    bootstrap,
    conversations,
    health,
    home,
    invitations,
    jobs,
    memories,
    providers,
    routing,
    tokens,
    usage,
    users,
)
from mosaic_gateway.http.access import is_known
from mosaic_gateway.http.anthropic import messages
from mosaic_gateway.http.errors import explain_errors
from mosaic_gateway.http.models import ErrorView
from mosaic_gateway.http.openai import chat, embeddings, listing
from mosaic_gateway.http.openai.responses import responses
from mosaic_gateway.http.services import Services
from mosaic_gateway.http.shield import BodyCap, Cors, CutOff, SecurityHeaders
from mosaic_gateway.version import version

# What OpenAI's SDK says of itself in a browser: https://github.com/openai/openai-node
STAINLESS = tuple(
    f"X-Stainless-{name}"
    for name in (
        "Arch",
        "Async",
        "Custom-Poll-Interval",
        "Helper-Method",
        "Lang",
        "OS",
        "Package-Version",
        "Poll-Helper",
        "Retry-Count",
        "Runtime",
        "Runtime-Version",
        "Timeout",
    )
)

# What Anthropic's SDK and programs like it say besides; the first is another place for a token.
ANTHROPIC = (
    "X-Api-Key",
    "Anthropic-Version",
    "Anthropic-Beta",
    "Anthropic-Dangerous-Direct-Browser-Access",
)

EXPOSED = ("model", "task", "reason", "conversation", "agent")


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
    accounts = (bootstrap, auth, tokens, users, invitations)
    asking = (agents, available, conversations, jobs, memories, providers, routing, usage)
    v1 = (chat, responses, messages, embeddings, listing)
    rooms = (home, health, *accounts, *asking, *v1)
    for room in rooms:
        app.include_router(room.ROUTES)
    explain_errors(app)
    return app


def make_application(services: Services, cors_origins: tuple[str, ...]) -> ASGIApp:
    """The whole, ready to be served."""
    app = make_api()
    app.state.services = services
    app.add_middleware(BodyCap, is_known=partial(is_known, services))
    app.add_middleware(
        Cors,
        allow_origins=list(cors_origins),
        allow_credentials=True,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", *ANTHROPIC, *STAINLESS],
        expose_headers=[f"x-mosaic-{each}" for each in EXPOSED],
    )
    return SecurityHeaders(CutOff(app))
