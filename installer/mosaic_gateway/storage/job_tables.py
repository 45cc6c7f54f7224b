"""The table of what the gateway does by itself; `tables.py` says what holds of all tables."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from mosaic_gateway.storage.instant import Instant
from mosaic_gateway.storage.tables import METADATA

JOB_RUNS = Table(
    "job_runs",
    METADATA,
    Column("id", String(36), primary_key=True),
    # The row of `jobs/table.py`, which may be gone by now.
    Column("name", String(100), nullable=False),
    # When its turn came, by the clock: however many gateways look, a turn makes one run.
    Column("slot", String(40), nullable=False),
    # `waiting`, `running`, `retrying`, `done` or `failed`.
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    # What went wrong last, in words that hold no secret.
    Column("error", Text),
    # The gateway that runs it, or ran it last.
    Column("runner", String(300)),
    Column("created_at", Instant, nullable=False),
    # When it may begin.
    Column("due_at", Instant, nullable=False),
    Column("started_at", Instant),
    # How long whoever runs it may take; after that they are gone.
    Column("leased_until", Instant),
    Column("ended_at", Instant),
    UniqueConstraint("name", "slot", name="job_runs_slot_unique"),
    Index("job_runs_by_state", "state", "due_at"),
)
