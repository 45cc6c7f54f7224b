"""Why a call is not made."""

from datetime import datetime

from mosaic_gateway.errors import RefusedError


class LimitReachedError(RefusedError):
    """Whoever asks has spent what they may in this month, which ends at `resets_at`.

    `limit` is in millionths of a US dollar.
    """

    id = "monthly-limit-reached"

    def __init__(self, limit: int, resets_at: datetime) -> None:
        day = f"{resets_at.day} {resets_at:%B %Y}"
        super().__init__(
            f"your monthly limit of ${limit / 1_000_000:,.2f} is reached; it resets on {day} (UTC),"
            " and an administrator can raise it"
        )
        self.resets_at = resets_at
