"""`/api/models`: what may be asked for by name, what it can do, and what is wrong with it."""

import asyncio

from fastapi import APIRouter

from mosaic_gateway.accounts.callers import Caller
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.models import Wire
from mosaic_gateway.http.services import Services

ROUTES = APIRouter(prefix="/api/models", tags=["models"])


class ModelView(Wire):
    """A name that may be asked for; None is what nobody tells of it.

    `provider` is None where the gateway chooses the model: for `mosaic`, a task or an agent.
    `tokens` is the most that it reads, `trouble` why it is asked last for now: empty, as a rule.
    """

    name: str
    provider: str | None = None
    pictures: bool | None = None
    tools: bool | None = None
    tokens: int | None = None
    trouble: str = ""


@ROUTES.get("")
async def list_models(caller: ChatCaller, services: TheServices) -> list[ModelView]:
    """`mosaic`, the tasks and the agents; then the configured models, then all others listed."""
    known = services.turns.known
    own = [ModelView(name=name) for name in await chosen_names(caller, services)]
    await known.catalogue.refresh()
    models = [(target, known.abilities(target)) for target in known.models()]
    return own + [
        ModelView(
            name=str(target),
            provider=target.provider,
            pictures=able.pictures,
            tools=able.tools,
            tokens=able.tokens,
            trouble=known.doubt(target),
        )
        for target, able in models
    ]


async def chosen_names(caller: Caller, services: Services) -> tuple[str, ...]:
    """Return the names for which the gateway chooses the model; none where no provider is on."""
    routes = services.turns.known.routes
    if not routes.providers:
        return ()
    agents = await asyncio.to_thread(Agents(services.storage, caller.user).all)
    return (*routes.names, *(each.model_name for each in agents))
