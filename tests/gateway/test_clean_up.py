"""What nobody needs any more goes by itself; the rest stays."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Integer, Table, func, select
from tests.gateway.kinds import ON_ALL

from mosaic_gateway.accounts.users import MEMBER, NewUser, create_user
from mosaic_gateway.jobs.job import Parts, Work
from mosaic_gateway.jobs.table import JOBS
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.models.models import Models
from mosaic_gateway.storage import sweeping
from mosaic_gateway.storage.instant import Instant
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import AUDIT, INVITATIONS, SESSIONS, USAGE

pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_ALL]

DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return datetime.now(UTC) - days * DAY


def day(days: float) -> str:
    return ago(days).date().isoformat()


def put(connection: Connection, table: Table, user: str, **values: object) -> None:
    """Insert a row that has something of the right type wherever something has to be."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "user_id":
            row[column.name] = user
        elif not column.nullable and not (column.primary_key and table is AUDIT):
            is_time, is_number = isinstance(column.type, Instant), isinstance(column.type, Integer)
            row[column.name] = ago(0) if is_time else 0 if is_number else uuid4().hex[:20]
    connection.execute(table.insert().values(row | values))


@pytest.mark.parametrize(
    ("job", "table", "column", "moment", "kept", "gone"),
    [
        ("audit-clean-up", AUDIT, "at", ago, 399, 401),
        ("session-clean-up", SESSIONS, "expires_at", ago, -1, 1),
        ("invitation-clean-up", INVITATIONS, "expires_at", ago, -1, 1),
        ("usage-clean-up", USAGE, "day", day, 799, 802),
    ],
)
def test_what_is_old_goes_and_what_is_not_stays(
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
    job: str,
    table: Table,
    column: str,
    moment: Callable[[float], object],
    kept: int,
    gone: int,
) -> None:
    monkeypatch.setattr(sweeping, "MOST", 2)  # so that it takes several turns
    with storage.writing() as connection:
        user = create_user(connection, NewUser("Ada", "a@example.org", "x"), role=MEMBER).id
        for age in (kept, *[gone] * 5):
            put(connection, table, user, **{column: moment(age)})
    [row] = [each for each in JOBS if each.name == job]
    loop = asyncio.new_event_loop()
    row.function(
        Work(
            Parts(storage, Models([]), Meaning(storage), "here"), loop, row.limit, threading.Event()
        )
    )
    loop.close()
    with storage.reading() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar() == 1
        left = connection.execute(select(table.c[column])).scalar()
    assert str(left)[:10] == str(moment(kept))[:10]
