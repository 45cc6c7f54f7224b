"""`UsageApi`: the door to what models took and cost, and to what each user may spend."""

from collections.abc import Mapping
from typing import Any, Protocol

from mosaic_installer.core.frozen import field, frozen

MICROS_PER_DOLLAR = 1_000_000


@frozen
class Amount:
    """How much it was; the cost is in millionths of a US dollar, without that of `unpriced` calls.

    Of `estimated` calls the provider has not told the tokens.
    """

    calls: int
    tokens: int
    cost: int
    unpriced: int
    estimated: int


@frozen
class Line:
    """What one of them used; no name is of calls without an agent, or of removed users."""

    name: str | None
    amount: Amount
    limit: int | None = None


@frozen
class MonthUsage:
    """A month, such as `2026-11`: in all, of each, by day of the month, and the gateway's document.

    The limit is one's own, in millionths of a US dollar; None where there is none to tell of.
    """

    month: str
    by: str
    total: Amount
    lines: tuple[Line, ...]
    days: Mapping[int, Amount]
    limit: int | None = None
    document: Mapping[str, Any] = field(default_factory=dict)


class UsageApi(Protocol):
    """The gateway's contract about usage. Raises `InstallerError` where it refuses something."""

    def month(self, month: str | None, by: str, *, everyone: bool) -> MonthUsage:
        """Return a month, the present one without a name; one's own, or everybody's."""
