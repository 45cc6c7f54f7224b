"""Writes down every call of a provider: before it is made, and again when it is over.

Whatever ends us in between leaves an estimate, which counts. A function that takes a connection
works in its transaction, so that a turn and its call are written at once.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, bindparam, or_, update

from mosaic_gateway.accounts.users import User
from mosaic_gateway.models.prices import Prices
from mosaic_gateway.storage.tables import USAGE
from mosaic_gateway.usage.calls import Call
from mosaic_gateway.usage.errors import LimitReachedError
from mosaic_gateway.usage.limits import Limits
from mosaic_gateway.usage.months import Month

State = Literal["running", "done", "interrupted", "failed"]
# No call goes on for so long: who made one that still does is gone, whoever it was.
GONE = timedelta(days=1)

# Made once: to put a statement together takes longer than to run it.
_INSERT = USAGE.insert()
_SETTLE = update(USAGE).where(USAGE.c.id == bindparam("call"), USAGE.c.state == "running")


class Meter:
    """Counts for everybody; `runner` is this gateway, by a name that it keeps."""

    def __init__(self, limits: Limits, runner: str, prices: Prices) -> None:
        self.prices = prices
        self._limits = limits
        self.runner = runner

    def admit(self, connection: Connection, user: User) -> None:
        """Return where they may spend something more; raises LimitReachedError.

        Calls that go on count with what they are taken to cost. Replicas do not wait for each
        other, so each of them may let one call more through at the same moment.
        """
        limit = self._limits.of(connection, user.id)
        if limit is None:
            return
        month = Month.now()
        if self._limits.spent(connection, user.id, month) >= limit:
            raise LimitReachedError(limit, month.end)

    def begin(self, connection: Connection, call: Call, conversation: str | None) -> None:
        """Write down that it is made, and what it is taken to cost."""
        usage = call.foreseen
        row = {
            "id": call.id,
            "user_id": call.user,
            "conversation_id": conversation,
            "agent_id": call.agent_id,
            "agent": call.agent,
            "provider": call.provider,
            "model": call.model,
            "state": "running",
            "runner": self.runner,
            "day": call.started_at.date().isoformat(),
            "started_at": call.started_at,
            "input_tokens": usage.input,
            "output_tokens": 0,
            "cached_tokens": 0,
            "estimated": 1,
            "cost_micros": self.prices.cost_of(call.provider, call.model, usage),
        }
        connection.execute(_INSERT, row)

    def settle(
        self, connection: Connection, call: Call, state: State, fault: str | None = None
    ) -> None:
        """Write down what it took in the end; the second time, that changes nothing."""
        usage, is_estimate = call.taken(is_whole=state == "done", fault=fault)
        values = {
            "state": state,
            "ended_at": datetime.now(UTC),
            "input_tokens": usage.input,
            "output_tokens": usage.output,
            "cached_tokens": usage.cached,
            "estimated": int(is_estimate),
            "cost_micros": self.prices.cost_of(call.provider, call.model, usage),
        }
        connection.execute(_SETTLE, {"call": call.id, **values})

    def mark_interrupted(self, connection: Connection) -> None:
        """Mark what a gateway of this name was at when it ended; the estimates stay."""
        mark_interrupted(connection, self.runner)


def mark_interrupted(connection: Connection, runner: str | None = None) -> None:
    """Mark what has gone on for too long, or was made by `runner`; the estimates stay."""
    now = datetime.now(UTC)
    is_lost = or_(USAGE.c.runner == runner, USAGE.c.started_at < now - GONE)
    change = update(USAGE).where(USAGE.c.state == "running", is_lost)
    connection.execute(change.values(state="interrupted", ended_at=now))
