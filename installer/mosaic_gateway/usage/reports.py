"""What was used in a month, by what it was used for; one's own, or everybody's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select

from mosaic_gateway.accounts.callers import Caller, Scope
from mosaic_gateway.accounts.users import User
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import AGENTS, LIMITS, USAGE, USERS
from mosaic_gateway.usage.limits import Limits
from mosaic_gateway.usage.months import Month

MOST_ROWS = 1000


class By(StrEnum):
    """What is counted together."""

    USER = "user"
    AGENT = "agent"
    PROVIDER = "provider"
    MODEL = "model"


@dataclass(frozen=True)
class Amount:
    """How much it was; `cost` is in millionths of a US dollar.

    Of `unpriced` calls nobody knows the price, so they are no part of `cost`; of `estimated` ones
    the tokens are counted by us, because the provider has not told them.
    """

    calls: int = 0
    input: int = 0
    output: int = 0
    cached: int = 0
    cost: int = 0
    unpriced: int = 0
    estimated: int = 0


@dataclass(frozen=True)
class Line:
    """What one of them used: its name, None where it has none (any more).

    `limit` is what a user may spend in a month.
    """

    name: str | None
    amount: Amount
    limit: int | None = None


@dataclass(frozen=True)
class Report:
    """A month: in all, of each one the most expensive first, and by day (`2026-11-30`)."""

    total: Amount
    lines: Sequence[Line]
    days: Sequence[tuple[str, Amount]]
    limit: int | None = None


class OwnUsage:
    """What one user has used."""

    def __init__(self, storage: Storage, user: User, limits: Limits) -> None:
        self._storage = storage
        self._user = user
        self._limits = limits

    def report(self, month: Month, by: By) -> Report:
        """Return a month of theirs, with their limit as it is now."""
        # Names of agents that are gone are still their user's to see.
        names = {By.USER: _TEXTS[By.USER], By.AGENT: func.coalesce(AGENTS.c.name, USAGE.c.agent)}
        mine = USAGE.c.user_id == self._user.id
        with self._storage.reading() as connection:
            limit = self._limits.of(connection, self._user.id)
            lines = _lines(connection, month, names.get(by, _TEXTS[by]), mine)
            return _report(connection, month, lines, mine, limit)


class EveryUsage:
    """What everybody has used, for an administrator; raises what Caller.require does."""

    def __init__(self, storage: Storage, admin: Caller, limits: Limits) -> None:
        admin.require(Scope.ADMIN)
        self._storage = storage
        self._admin = admin.user
        self._limits = limits

    def report(self, month: Month, by: By) -> Report:
        """Return a month; an agent that is somebody else's own keeps its name to itself."""
        is_seen = or_(AGENTS.c.user_id.is_(None), AGENTS.c.user_id == self._admin.id)
        unseen = case((USAGE.c.agent_id.isnot(None), OTHER_AGENTS))
        seen = case((and_(AGENTS.c.id.isnot(None), is_seen), AGENTS.c.name), else_=unseen)
        text = seen if by is By.AGENT else _TEXTS[by]
        with self._storage.reading() as connection:
            lines = _lines(connection, month, text)
            if by is By.USER:
                lines = self._with_limits(connection, lines)
            return _report(connection, month, lines)

    def _with_limits(self, connection: Connection, lines: Iterable[Line]) -> list[Line]:
        of_users = select(USERS.c.email, LIMITS.c.user_id, LIMITS.c.monthly_micros)
        rows = connection.execute(of_users.outerjoin(LIMITS, LIMITS.c.user_id == USERS.c.id)).all()
        own = {row.email: row.monthly_micros if row.user_id else self._limits.usual for row in rows}
        return [Line(each.name, each.amount, own.get(each.name or "")) for each in lines]


OTHER_AGENTS = "private or removed agents"
_TEXTS: dict[By, ColumnElement[Any]] = {
    By.USER: USERS.c.email,
    By.AGENT: USAGE.c.agent,
    By.PROVIDER: USAGE.c.provider,
    By.MODEL: USAGE.c.provider + "/" + USAGE.c.model,
}
_SUMS = (
    func.count().label("calls"),
    *(
        func.coalesce(func.sum(column), 0).label(name)
        for name, column in (
            ("input", USAGE.c.input_tokens),
            ("output", USAGE.c.output_tokens),
            ("cached", USAGE.c.cached_tokens),
            ("cost", USAGE.c.cost_micros),
            ("estimated", USAGE.c.estimated),
        )
    ),
    (func.count() - func.count(USAGE.c.cost_micros)).label("unpriced"),
)


def _report(
    connection: Connection,
    month: Month,
    lines: Sequence[Line],
    whose: ColumnElement[bool] | None = None,
    limit: int | None = None,
) -> Report:
    total = connection.execute(select(*_SUMS).where(*_within(month, whose))).one()
    by_day = select(USAGE.c.day, *_SUMS).where(*_within(month, whose))
    days = connection.execute(by_day.group_by(USAGE.c.day).order_by(USAGE.c.day))
    return Report(_amount(total), lines, [(row.day, _amount(row)) for row in days], limit)


def _lines(
    connection: Connection,
    month: Month,
    text: ColumnElement[Any],
    whose: ColumnElement[bool] | None = None,
) -> list[Line]:
    tables = USAGE.outerjoin(USERS, USERS.c.id == USAGE.c.user_id)
    tables = tables.outerjoin(AGENTS, AGENTS.c.id == USAGE.c.agent_id)
    named = select(text.label("what"), *_SUMS).select_from(tables)
    rows = connection.execute(
        named.where(*_within(month, whose))
        .group_by("what")
        .order_by(func.coalesce(func.sum(USAGE.c.cost_micros), 0).desc(), func.count().desc())
        .limit(MOST_ROWS)
    )
    return [Line(row.what, _amount(row)) for row in rows]


def _within(month: Month, whose: ColumnElement[bool] | None) -> Iterable[ColumnElement[bool]]:
    yield USAGE.c.day >= month.first
    yield USAGE.c.day < month.next.first
    if whose is not None:
        yield whose


def _amount(row: Row[*tuple[Any, ...]]) -> Amount:
    names = ("calls", "input", "output", "cached", "cost", "unpriced", "estimated")
    return Amount(*(int(getattr(row, name)) for name in names))
