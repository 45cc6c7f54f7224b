"""`GET /v1/models`: what may be asked for by name."""

from typing import Any

from fastapi import APIRouter

from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.routing.decision import ROUTED, Routes, decide, shown

ROUTES = APIRouter(prefix="/v1/models", tags=["openai"])


@ROUTES.get("")
def models(_: ChatCaller, services: TheServices) -> dict[str, Any]:
    """Every model that the configuration names, and `mosaic`, which chooses one."""
    return {"object": "list", "data": [_model(name) for name in _names(services.turns.routes)]}


@ROUTES.get("/{name:path}")
def model(name: str, _: ChatCaller, services: TheServices) -> dict[str, Any]:
    """One of them, or another one of a provider that is on: it may have more than are named."""
    routes = services.turns.routes
    if not routes.providers:
        raise NoSuchModelError(f"there is no model `{shown(name)}`")
    if name != ROUTED:
        decide(name, (), routes)
    return _model(name)


def _names(routes: Routes) -> list[str]:
    named = (
        f"{each.name}/{model}"
        for each in routes.providers.values()
        for model in each.distinct_models
    )
    return [*routes.names, *named]


def _model(name: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    # The moment is asked for by OpenAI's types; of ours nobody knows one.
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
