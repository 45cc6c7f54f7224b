"""`GET /v1/models`: what may be asked for by name."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter

from mosaic_gateway.agents.agent import MODEL_PREFIX, Agent
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.models.catalogue import Catalogue
from mosaic_gateway.routing.decision import ROUTED, Routes, decide, shown

ROUTES = APIRouter(prefix="/v1/models", tags=["openai"])

# What lists have besides: nobody can talk to these.
_NO_CHAT = re.compile(r"embed|whisper|tts|dall-e|moderation|transcribe|realtime|sora|gpt-image")


@ROUTES.get("")
async def models(caller: ChatCaller, services: TheServices) -> dict[str, Any]:
    """`mosaic`, which chooses one, the agents, and the models: configured ones, then all listed."""
    routes, catalogue = services.turns.routes, services.turns.models.catalogue
    await catalogue.refresh()
    agents: list[Agent] = []
    if routes.providers:
        agents = await asyncio.to_thread(Agents(services.storage, caller.user).all)
    own = (*routes.names, *(each.model_name for each in agents))
    names = dict.fromkeys((*own, *_models(routes, catalogue)))
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


def _models(routes: Routes, catalogue: Catalogue) -> Iterator[str]:
    """Those that the configuration names first; without those that a list says are gone."""
    for each in routes.providers.values():
        present = (model for model in each.distinct_models if not catalogue.lacks(each.name, model))
        yield from (f"{each.name}/{model}" for model in present)
    for provider in routes.providers:
        listed = sorted(catalogue.models(provider) or ())
        yield from (f"{provider}/{model}" for model in listed if not _NO_CHAT.search(model))


def _model(name: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    # The moment is asked for by OpenAI's types; of ours nobody knows one.
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
