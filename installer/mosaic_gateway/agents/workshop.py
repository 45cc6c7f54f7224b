"""Makes, changes and removes agents: everybody their own, administrators also everybody's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import Caller, Scope, require_still
from mosaic_gateway.accounts.users import TURN
from mosaic_gateway.agents.agent import Agent, name_key
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.errors import (
    AgentExistsError,
    NoSuchAgentError,
    NoSuchModelError,
    TooManyAgentsError,
)
from mosaic_gateway.routing.decision import ROUTED, Routes, decide, shown
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import AGENTS

MOST_AGENTS = 200
"""Of one user, and of everybody: a list of them is never cut."""


@dataclass(frozen=True)
class NewAgent:
    """An agent to be; what it may be is checked by the functions of `agent.py`, but its model."""

    name: str
    prompt: str
    model: str = ROUTED
    tools: tuple[str, ...] | None = None
    is_shared: bool = False


class Workshop:
    """The agents in the hands of one caller."""

    def __init__(self, storage: Storage, caller: Caller, routes: Routes) -> None:
        self._storage = storage
        self._caller = caller
        self._routes = routes
        self._agents = Agents(storage, caller.user)

    def create(self, new: NewAgent) -> Agent:
        """Raises NoSuchModelError, AgentExistsError, TooManyAgentsError, and for one that is to be
        shared what Caller.require does."""
        self._require_model(new.model)
        scopes = self._require(is_shared=new.is_shared)
        with self._storage.writing(alone=TURN) as connection:
            require_still(connection, self._caller, *scopes)
            self._require_free(connection, new.name, is_shared=new.is_shared)
            self._require_room(connection, is_shared=new.is_shared)
            agent_id, now = str(uuid4()), datetime.now(UTC)
            row = {"name": new.name, "prompt": new.prompt, "model": new.model, "tools": new.tools}
            connection.execute(
                AGENTS.insert().values(
                    **_row(row),
                    id=agent_id,
                    user_id=None if new.is_shared else self._caller.user.id,
                    created_at=now,
                    updated_at=now,
                )
            )
            audit.record(connection, self._caller.actor, "agent-created", agent_id)
            return self._found(connection, agent_id)

    def change(self, agent_id: str, changes: Mapping[str, object]) -> Agent:
        """Change its `name`, `prompt`, `model` or `tools`, and leave what is not named.

        Raises NoSuchAgentError, and as `create`.
        """
        if "model" in changes:
            self._require_model(str(changes["model"]))
        with self._storage.writing(alone=TURN) as connection:
            found = self._found(connection, agent_id)
            require_still(connection, self._caller, *self._require(is_shared=found.is_shared))
            name = str(changes.get("name", found.name))
            if name_key(name) != name_key(found.name):
                self._require_free(connection, name, is_shared=found.is_shared)
            values = {**_row(changes), "updated_at": datetime.now(UTC)}
            connection.execute(update(AGENTS).where(AGENTS.c.id == found.id).values(**values))
            audit.record(connection, self._caller.actor, "agent-changed", found.id)
            return self._found(connection, agent_id)

    def remove(self, agent_id: str) -> None:
        """What was said with it stays; raises NoSuchAgentError, and what Caller.require does."""
        with self._storage.writing(alone=TURN) as connection:
            found = self._found(connection, agent_id)
            require_still(connection, self._caller, *self._require(is_shared=found.is_shared))
            connection.execute(delete(AGENTS).where(AGENTS.c.id == found.id))
            audit.record(connection, self._caller.actor, "agent-removed", found.id)

    def _require(self, *, is_shared: bool) -> tuple[Scope, ...]:
        scope = Scope.ADMIN if is_shared else Scope.CHAT
        self._caller.require(scope)
        return (scope,)

    def _require_model(self, model: str) -> None:
        # The one that chooses is there as soon as any other is.
        if model == ROUTED:
            return
        if not self._routes.providers:
            raise NoSuchModelError(f"there is no model `{shown(model)}`: no provider is on")
        decide(model, (), self._routes)

    def _require_free(self, connection: Connection, name: str, *, is_shared: bool) -> None:
        taken = select(AGENTS.c.id).where(AGENTS.c.name_key == name_key(name))
        is_theirs = AGENTS.c.user_id.is_(None)
        # An agent of everybody's hides behind one's own, of which an administrator knows nothing.
        is_seen = is_theirs if is_shared else or_(is_theirs, self._is_own)
        if connection.execute(taken.where(is_seen)).first():
            raise AgentExistsError

    def _require_room(self, connection: Connection, *, is_shared: bool) -> None:
        of_one = AGENTS.c.user_id.is_(None) if is_shared else self._is_own
        number = connection.execute(select(func.count()).select_from(AGENTS).where(of_one)).scalar()
        if (number or 0) >= MOST_AGENTS:
            raise TooManyAgentsError

    @property
    def _is_own(self) -> ColumnElement[bool]:
        return AGENTS.c.user_id == self._caller.user.id

    def _found(self, connection: Connection, agent_id: str) -> Agent:
        found = self._agents.find(connection, agent_id)
        if found is None:
            raise NoSuchAgentError
        return found


def _row(values: Mapping[str, object]) -> dict[str, object]:
    """The values as columns have them."""
    row = dict(values)
    if "name" in row:
        row["name_key"] = name_key(str(row["name"]))
    if row.get("tools") is not None:
        row["tools"] = json.dumps(row["tools"])
    return row
