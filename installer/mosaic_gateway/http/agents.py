"""`/api/agents`: one's own agents, and everybody's, which administrators keep."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, ConfigDict, Field

from mosaic_gateway.agents.agent import (
    LONGEST_PROMPT,
    MOST_TOOLS,
    parse_agent_name,
    parse_prompt,
    parse_tools,
)
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.agents.workshop import NewAgent, Workshop
from mosaic_gateway.errors import NoSuchAgentError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.models import Wire
from mosaic_gateway.routing.decision import ROUTED

ROUTES = APIRouter(prefix="/api/agents", tags=["agents"])

AgentName = Annotated[str, AfterValidator(parse_agent_name)]
Prompt = Annotated[
    str,
    AfterValidator(parse_prompt),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_PROMPT}),
]
Tools = Annotated[
    list[str],
    AfterValidator(lambda names: list(parse_tools(names))),
    Field(json_schema_extra={"maxItems": MOST_TOOLS}),
]


class NewAgentRequest(Wire):
    """An agent to make, one's own unless `isShared`.

    `model` is what a question may ask for, and chosen for every question unless it is named;
    `tools` are the only ones of a client's that it may use, and nothing means all.
    """

    model_config = ConfigDict(extra="forbid")

    name: AgentName
    prompt: Prompt
    model: str = ROUTED
    tools: Tools | None = None
    is_shared: bool = False


class AgentChangeRequest(Wire):
    """What is to be different of an agent; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: AgentName = ""
    prompt: Prompt = ""
    model: str = ""
    tools: Tools | None = None


class AgentView(Wire):
    """An agent; one that is shared is everybody's."""

    id: str
    name: str
    prompt: str
    model: str
    tools: list[str] | None
    is_shared: bool
    created_at: datetime
    updated_at: datetime


def agents_of(caller: ChatCaller, services: TheServices) -> Agents:
    """Those that whoever asks can see."""
    return Agents(services.storage, caller.user)


def workshop_of(caller: ChatCaller, services: TheServices) -> Workshop:
    """Where whoever asks makes and changes them."""
    return Workshop(services.storage, caller, services.turns.routes)


TheAgents = Annotated[Agents, Depends(agents_of)]
TheWorkshop = Annotated[Workshop, Depends(workshop_of)]


@ROUTES.get("")
def agents(seen: TheAgents) -> list[AgentView]:
    """One's own first, then everybody's."""
    return [AgentView.model_validate(_shown(each)) for each in seen.all()]


@ROUTES.post("", status_code=201)
def create(body: NewAgentRequest, workshop: TheWorkshop) -> AgentView:
    """Make one; only an administrator makes one that is everybody's."""
    tools = None if body.tools is None else tuple(body.tools)
    new = NewAgent(body.name, body.prompt, body.model, tools, body.is_shared)
    return AgentView.model_validate(_shown(workshop.create(new)))


@ROUTES.get("/{agent_id}")
def show(agent_id: str, seen: TheAgents) -> AgentView:
    """One of those."""
    found = seen.known(agent_id)
    if found is None:
        raise NoSuchAgentError
    return AgentView.model_validate(_shown(found))


@ROUTES.patch("/{agent_id}")
def change(agent_id: str, body: AgentChangeRequest, workshop: TheWorkshop) -> AgentView:
    """Change it; only an administrator changes one that is everybody's."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return AgentView.model_validate(_shown(workshop.change(agent_id, changes)))


@ROUTES.delete("/{agent_id}", status_code=204)
def remove(agent_id: str, workshop: TheWorkshop) -> None:
    """Remove it; what was said with it stays."""
    workshop.remove(agent_id)


def _shown(agent: object) -> dict[str, object]:
    values = dict(vars(agent))
    return {**values, "tools": None if values["tools"] is None else list(values["tools"])}
