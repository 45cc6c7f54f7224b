"""The agents that one user sees, their own and everybody's: bound here, never passed per call."""

from sqlalchemy import Connection, Select, or_, select

from mosaic_gateway.accounts.passwords import is_encodable
from mosaic_gateway.accounts.users import LONGEST_NAME, User, is_askable
from mosaic_gateway.agents.agent import Agent, agent_in, name_key
from mosaic_gateway.errors import NoSuchAgentError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import AGENTS


class Agents:
    """Whom a user may ask."""

    def __init__(self, storage: Storage, user: User) -> None:
        self._storage = storage
        self._user = user

    def all(self) -> list[Agent]:
        """Their own first, then everybody's, each by name.

        One of everybody's whose name one of their own has is not among them.
        """
        with self._storage.reading() as connection:
            found = [agent_in(row) for row in connection.execute(self._visible())]
        own = {name_key(each.name) for each in found if not each.is_shared}
        seen = [each for each in found if not each.is_shared or name_key(each.name) not in own]
        return sorted(seen, key=lambda each: (each.is_shared, name_key(each.name)))

    def named(self, name: str) -> Agent:
        """The one of this name, their own before everybody's; raises NoSuchAgentError."""
        key = name_key(name) if is_encodable(name) and len(name) <= LONGEST_NAME else ""
        # PostgreSQL refuses even to compare NUL.
        if not key.isprintable() or not key:
            raise NoSuchAgentError
        query = self._visible().where(AGENTS.c.name_key == key)
        with self._storage.reading() as connection:
            # None sorts first in one database and last in the other.
            found = [agent_in(row) for row in connection.execute(query)]
        for each in sorted(found, key=lambda each: each.is_shared):
            return each
        raise NoSuchAgentError

    def known(self, agent_id: str) -> Agent | None:
        """The one with this id, unless it is gone."""
        with self._storage.reading() as connection:
            return self.find(connection, agent_id)

    def find(self, connection: Connection, agent_id: str) -> Agent | None:
        """As `known`, in a transaction."""
        if not is_askable(agent_id):
            return None
        row = connection.execute(self._visible().where(AGENTS.c.id == agent_id)).first()
        return agent_in(row) if row else None

    def _visible(self) -> Select[*tuple[object, ...]]:
        is_visible = or_(AGENTS.c.user_id == self._user.id, AGENTS.c.user_id.is_(None))
        return select(AGENTS).where(is_visible)
