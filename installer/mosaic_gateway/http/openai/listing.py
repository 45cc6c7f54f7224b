"""`GET /v1/models`: what may be asked for by name."""

from typing import Any

from fastapi import APIRouter

from mosaic_gateway.agents.agent import MODEL_PREFIX
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.available import chosen_names
from mosaic_gateway.routing.decision import ROUTED, decide, shown

ROUTES = APIRouter(prefix="/v1/models", tags=["openai"])


@ROUTES.get("")
async def models(caller: ChatCaller, services: TheServices) -> dict[str, Any]:
    """`mosaic`, which chooses one, the agents, and the models: configured ones, then all listed."""
    known = services.turns.known
    await known.catalogue.refresh()
    names = (*await chosen_names(caller, services), *map(str, known.models()))
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


def _model(name: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    # The moment is asked for by OpenAI's types; of ours nobody knows one.
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
