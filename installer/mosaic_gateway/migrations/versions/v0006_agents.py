"""Agents, and which of them was on duty in a turn."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ADDED = (("agent_id", 36), ("agent", 200))


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(36), sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("tools", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.UniqueConstraint("user_id", "name_key", name="agents_name_unique"),
    )
    with op.batch_alter_table("turns") as altered:
        for name, length in ADDED:
            altered.add_column(sa.Column(name, sa.String(length)))


def downgrade() -> None:
    with op.batch_alter_table("turns") as altered:
        for name, _ in ADDED:
            altered.drop_column(name)
    op.drop_table("agents")
