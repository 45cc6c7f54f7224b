"""`GET /v1/models`: what may be asked for by name."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.errors import NoSuchModelError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.turns.decision import ROUTED, decide, shown

ROUTES = APIRouter(prefix="/v1/models", tags=["openai"])


@ROUTES.get("")
def models(_: ChatCaller, services: TheServices) -> dict[str, Any]:
    """Every model that the configuration names, and `mosaic`, which chooses one."""
    names = _names(services.turns.models.providers)
    return {"object": "list", "data": [_model(name) for name in names]}


@ROUTES.get("/{name:path}")
def model(name: str, _: ChatCaller, services: TheServices) -> dict[str, Any]:
    """One of them, or another one of a provider that is on: it may have more than are named."""
    if name != ROUTED:
        decide(name, services.turns.models.providers)
    elif not services.turns.models.providers:
        raise NoSuchModelError(f"there is no model `{shown(name)}`")
    return _model(name)


def _names(providers: Mapping[str, ProviderConfig]) -> list[str]:
    named = [
        f"{each.name}/{model}" for each in providers.values() for model in each.distinct_models
    ]
    return [ROUTED, *named] if named else []


def _model(name: str) -> dict[str, Any]:
    owner = name.partition("/")[0]
    # The moment is asked for by OpenAI's types; of ours nobody knows one.
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}
