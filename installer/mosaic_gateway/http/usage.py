"""`/api/usage` and `/api/admin/usage`: what models took and cost; and who may spend how much."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, ConfigDict, Field

from mosaic_gateway.http.access import AdminCaller, ChatCaller, TheServices
from mosaic_gateway.http.models import Wire
from mosaic_gateway.usage.limits import HIGHEST, Purse
from mosaic_gateway.usage.months import Month
from mosaic_gateway.usage.reports import Amount, By, EveryUsage, OwnUsage, Report

ROUTES = APIRouter(prefix="/api", tags=["usage"])

TheMonth = Annotated[
    str | None,
    AfterValidator(lambda text: text and str(Month.parse(text))),
    Query(description="such as `2026-11`, in UTC; the present one if not given"),
]


class AmountView(Wire):
    """How much it was; the cost is in millionths of a US dollar.

    It is without the calls whose price nobody knows (`unpricedCalls`). Of `estimatedCalls` the
    provider has not told the tokens.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_micros: int
    unpriced_calls: int
    estimated_calls: int


class LineView(AmountView):
    """What one of them used; `name` is null for calls without an agent, or of removed users."""

    name: str | None


class DayView(AmountView):
    """What was used on a day, in UTC."""

    day: str


class MonthView(Wire):
    """A month, with the days on which something was used."""

    month: str
    by: By
    total: AmountView
    days: list[DayView]


class OwnMonthView(MonthView):
    """A month of one's own, the most expensive first; `limitMicros` is null where there is none.

    The limit is of each month; the present one ends at `resetsAt`.
    """

    rows: list[LineView]
    limit_micros: int | None
    resets_at: datetime


class UserLineView(LineView):
    """The same, and what a user may spend in a month; null is any amount."""

    limit_micros: int | None


class EveryMonthView(MonthView):
    """A month of everybody's, the most expensive first."""

    rows: list[UserLineView]


class LimitRequest(Wire):
    """What a user may spend in a month, in millionths of a US dollar; null is any amount."""

    model_config = ConfigDict(extra="forbid")

    monthly_micros: Annotated[int, Field(ge=0, le=HIGHEST)] | None


def purse_of(caller: AdminCaller, services: TheServices) -> Purse:
    """Everybody's limits, in the hands of whoever asks."""
    return Purse(services.storage, caller)


ThePurse = Annotated[Purse, Depends(purse_of)]


@ROUTES.get("/usage")
def own_usage(
    caller: ChatCaller,
    services: TheServices,
    month: TheMonth = None,
    by: Literal["agent", "provider", "model"] = "model",
) -> OwnMonthView:
    """What whoever asks has used."""
    of = _month(month)
    report = OwnUsage(services.storage, caller.user, services.limits).report(of, By(by))
    return OwnMonthView(
        month=str(of),
        by=By(by),
        total=AmountView(**_told(report.total)),
        rows=[LineView(name=each.name, **_told(each.amount)) for each in report.lines],
        days=_days(report),
        limit_micros=report.limit,
        resets_at=Month.now().end,
    )


@ROUTES.get("/admin/usage")
def every_usage(
    caller: AdminCaller,
    services: TheServices,
    month: TheMonth = None,
    by: Annotated[By, Field(strict=False)] = By.USER,
) -> EveryMonthView:
    """What everybody has used."""
    of = _month(month)
    report = EveryUsage(services.storage, caller, services.limits).report(of, by)
    return EveryMonthView(
        month=str(of),
        by=by,
        total=AmountView(**_told(report.total)),
        rows=[
            UserLineView(name=each.name, limit_micros=each.limit, **_told(each.amount))
            for each in report.lines
        ],
        days=_days(report),
    )


@ROUTES.patch("/admin/users/{user_id}/limit", status_code=204)
def set_limit(user_id: str, body: LimitRequest, purse: ThePurse) -> None:
    """Give somebody a limit of their own, or none."""
    purse.set(user_id, body.monthly_micros)


@ROUTES.delete("/admin/users/{user_id}/limit", status_code=204)
def reset_limit(user_id: str, purse: ThePurse) -> None:
    """Let the limit of the installation be theirs again."""
    purse.reset(user_id)


def _month(text: str | None) -> Month:
    return Month.parse(text) if text else Month.now()


def _days(report: Report) -> list[DayView]:
    return [DayView(day=day, **_told(amount)) for day, amount in report.days]


def _told(amount: Amount) -> dict[str, int]:
    return {
        "calls": amount.calls,
        "input_tokens": amount.input,
        "output_tokens": amount.output,
        "cached_tokens": amount.cached,
        "cost_micros": amount.cost,
        "unpriced_calls": amount.unpriced,
        "estimated_calls": amount.estimated,
    }
