"""What calls of providers took and cost, and how much each user may spend."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(36), sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("conversation_id", sa.String(36)),
        sa.Column("agent_id", sa.String(36)),
        sa.Column("agent", sa.String(200)),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("runner", sa.String(300), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        *(
            sa.Column(f"{what}_tokens", sa.Integer, nullable=False)
            for what in ("input", "output", "cached")
        ),
        sa.Column("estimated", sa.Integer, nullable=False),
        sa.Column("cost_micros", sa.BigInteger),
    )
    op.create_index("usage_of_user", "usage", ["user_id", "day"])
    op.create_index("usage_of_day", "usage", ["day"])
    op.create_table(
        "limits",
        sa.Column(
            "user_id",
            sa.String(36),
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("monthly_micros", sa.BigInteger),
    )


def downgrade() -> None:
    op.drop_table("limits")
    op.drop_table("usage")
