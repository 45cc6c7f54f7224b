"""How much each user may spend in a month: what is set for everybody, or for them alone."""

from sqlalchemy import Connection, bindparam, delete, func, select

from mosaic_gateway.accounts import audit
from mosaic_gateway.accounts.callers import Caller, Scope, require_still
from mosaic_gateway.accounts.users import TURN, find_by_id
from mosaic_gateway.errors import NoSuchUserError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import LIMITS, USAGE
from mosaic_gateway.usage.months import Month

HIGHEST = 10**15
"""Micro-dollars: a billion dollars, which is as good as none."""

# Made once, as it is asked for each call.
_OWN = select(LIMITS.c.monthly_micros).where(LIMITS.c.user_id == bindparam("user"))


class Limits:
    """Looks limits up; `usual` is everybody's, in micro-dollars, None for none."""

    def __init__(self, usual: int | None) -> None:
        self.usual = usual

    def of(self, connection: Connection, user_id: str) -> int | None:
        """What they may spend in a month, in micro-dollars; None for as much as they like."""
        row = connection.execute(_OWN, {"user": user_id}).first()
        return self.usual if row is None else row.monthly_micros

    def spent(self, connection: Connection, user_id: str, month: Month) -> int:
        """What they have spent in it, in micro-dollars, with calls that still go on.

        Calls of an unknown price are none of it.
        """
        total = select(func.coalesce(func.sum(USAGE.c.cost_micros), 0)).where(
            USAGE.c.user_id == user_id,
            USAGE.c.day >= month.first,
            USAGE.c.day < month.next.first,
        )
        return int(connection.execute(total).scalar_one())


class Purse:
    """Sets limits, in the hands of an administrator; raises what Caller.require does."""

    def __init__(self, storage: Storage, admin: Caller) -> None:
        admin.require(Scope.ADMIN)
        self._storage = storage
        self._admin = admin

    def set(self, user_id: str, monthly: int | None) -> None:
        """Give them a limit of their own in micro-dollars, None for none at all.

        Raises NoSuchUserError.
        """
        with self._storage.writing(alone=TURN) as connection:
            self._forget(connection, user_id)
            row = {"user_id": user_id, "monthly_micros": monthly}
            connection.execute(LIMITS.insert().values(**row))
            audit.record(connection, self._admin.actor, "limit-set", user_id)

    def reset(self, user_id: str) -> None:
        """Let everybody's limit be theirs again; raises NoSuchUserError."""
        with self._storage.writing(alone=TURN) as connection:
            self._forget(connection, user_id)
            audit.record(connection, self._admin.actor, "limit-reset", user_id)

    def _forget(self, connection: Connection, user_id: str) -> None:
        require_still(connection, self._admin, Scope.ADMIN)
        if find_by_id(connection, user_id) is None:
            raise NoSuchUserError
        connection.execute(delete(LIMITS).where(LIMITS.c.user_id == user_id))
