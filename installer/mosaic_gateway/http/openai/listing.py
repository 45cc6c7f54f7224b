"""`GET /v1/models`: what may be asked for by name, in OpenAI's shape or in Anthropic's."""

from typing import Any

from fastapi import APIRouter, Request

from mosaic_gateway.agents.agent import MODEL_PREFIX
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.anthropic import listing as anthropic
from mosaic_gateway.http.available import chosen_names
from mosaic_gateway.routing.decision import ROUTED, decide, shown

ROUTES = APIRouter(prefix="/v1/models", tags=["openai"])


@ROUTES.get("")
async def models(request: Request, caller: ChatCaller, services: TheServices) -> dict[str, Any]:
    """`mosaic`, which chooses one, the agents, and the models: configured ones, then all listed.

    With the header `anthropic-version` in Anthropic's shape, which alone comes in parts.
    """
    known = services.turns.known
    await known.catalogue.refresh()
    chosen, targets = await chosen_names(caller, services), known.models()
    if anthropic.HEADER not in request.headers:
        return {"object": "list", "data": [_model(name) for name in (*chosen, *map(str, targets))]}
    rows = [
        *map(anthropic.model, chosen),
        *(anthropic.model(str(each), known.abilities(each).tokens) for each in targets),
    ]
    return anthropic.page(rows, request.query_params)


@ROUTES.get("/{name:path}")
def model(name: str, request: Request, caller: ChatCaller, services: TheServices) -> dict[str, Any]:
    """One of them, or another one of a provider that is on: it may have more than are named."""
    routes = services.turns.routes
    shape = anthropic.model if anthropic.HEADER in request.headers else _model
    if not routes.providers:
        raise NoSuchModelError(f"there is no model `{shown(name)}`")
    if name.startswith(MODEL_PREFIX):
        found = Agents(services.storage, caller.user).named(name.removeprefix(MODEL_PREFIX))
        return shape(found.model_name)
    if name != ROUTED:
        decide(name, (), routes)
    return shape(name)


def _model(name: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    # The moment is asked for by OpenAI's types; of ours nobody knows one.
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
