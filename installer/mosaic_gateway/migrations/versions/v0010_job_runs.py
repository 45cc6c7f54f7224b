"""Runs of jobs: what the gateway does by itself, when, and how that went."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job_runs",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("slot", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("runner", sa.String(300)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("leased_until", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.UniqueConstraint("name", "slot", name="job_runs_slot_unique"),
    )
    op.create_index("job_runs_by_state", "job_runs", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("job_runs")
