"""`GET /v1/models`: what may be asked for by name."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter

from mosaic_gateway.agents.agent import MODEL_PREFIX
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.routing.decision import ROUTED, Routes, decide, shown

ROUTES = APIRouter(prefix="/v1/models", tags=["openai"])


@ROUTES.get("")
def models(caller: ChatCaller, services: TheServices) -> dict[str, Any]:
    """Every model that the configuration names, the agents, and `mosaic`, which chooses one."""
    routes = services.turns.routes
    agents = Agents(services.storage, caller.user).all() if routes.providers else []
    names = (*routes.names, *(each.model_name for each in agents), *_models(routes))
    return {"object": "list", "data": [_model(name) for name in names]}


@ROUTES.get("/{name:path}")
def model(name: str, caller: ChatCaller, services: TheServices) -> dict[str, Any]:
    """One of them, or another one of a provider that is on: it may have more than are named."""
    routes = services.turns.routes
    if not routes.providers:
        raise NoSuchModelError(f"there is no model `{shown(name)}`")
    if name.startswith(MODEL_PREFIX):
        found = Agents(services.storage, caller.user).named(name.removeprefix(MODEL_PREFIX))
        return _model(found.model_name)
    if name != ROUTED:
        decide(name, (), routes)
    return _model(name)


def _models(routes: Routes) -> Iterator[str]:
    for each in routes.providers.values():
        for model in each.distinct_models:
            yield f"{each.name}/{model}"


def _model(name: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    # The moment is asked for by OpenAI's types; of ours nobody knows one.
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
