"""How long calls are kept: for limits a month would do, the rest is for looking back."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from mosaic_gateway.storage.sweeping import sweep
from mosaic_gateway.storage.tables import USAGE

KEPT = timedelta(days=800)
"""The present month and two years before it, so that a month can be compared with last year's."""


def sweep_old(connection: Connection) -> bool:
    """Remove some of the calls that are too old; returns whether there may be more."""
    first = (datetime.now(UTC) - KEPT).date().isoformat()
    return sweep(connection, USAGE, USAGE.c.day < first)
