"""The gateway's contract about agents, over HTTP."""

from typing import Any
from urllib.parse import quote

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.agents import Agent
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.machine.ahead import Ahead
from mosaic_installer.machine.gateway_calls import Subject, SubjectCalls

AGENTS = "/api/agents"
LARGEST = 64 * 1024 * 1024
"""Bytes of a list of agents, each with its prompt."""

_SUBJECT = Subject(
    name="the request about agents",
    hints={
        "no-such-agent": "`mosaic agent list` shows those that you can ask",
        "agent-exists": "`mosaic agent list` shows them; `mosaic agent edit` changes one",
        "too-many-agents": "`mosaic agent remove NAME` removes one",
        "no-such-model": "`mosaic models` lists them",
        "invalid-property": "change that, and run it again",
        "not-administrator": "an administrator keeps the agents that are everybody's",
    },
    too_large=("the prompt is too long for the gateway", "it takes 10 000 characters"),
)


class HttpAgents:
    """`AgentApi` of the gateway that listens at `gateway.url`, for whom the credential speaks."""

    def __init__(
        self, gateway: Gateway, credential: Credential, ahead: Ahead | None = None
    ) -> None:
        self._calls = SubjectCalls(gateway.url, credential, _SUBJECT, largest=LARGEST, ahead=ahead)

    def all(self) -> tuple[Agent, ...]:
        response = self._calls.ask("GET", AGENTS)
        if not isinstance(response.body, list):
            raise self._calls.refusal(response)
        return tuple(self._agent(row) for row in response.body)

    def create(self, new: Agent) -> Agent:
        body = {"name": new.name, "prompt": new.prompt, "model": new.model}
        more = {"tools": new.tools, "isShared": new.is_shared}
        return self._agent(self._calls.ask("POST", AGENTS, {**body, **more}, status=201).body)

    def change(self, agent: Agent, **changes: object) -> Agent:
        return self._agent(self._calls.ask("PATCH", _path(agent), changes).body)

    def remove(self, agent: Agent) -> None:
        self._calls.ask("DELETE", _path(agent), status=204)

    def _agent(self, row: Any) -> Agent:
        try:
            tools = row["tools"]
            return Agent(
                name=str(row["name"]),
                prompt=str(row["prompt"]),
                model=str(row["model"]),
                tools=None if tools is None else tuple(str(each) for each in tools),
                is_shared=row["isShared"] is True,
                id=str(row["id"]),
            )
        except (KeyError, TypeError):
            raise self._calls.nonsense() from None


def _path(agent: Agent) -> str:
    return f"{AGENTS}/{quote(agent.id, safe='')}"
