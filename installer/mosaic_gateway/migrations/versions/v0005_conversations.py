"""Conversations, and the turns that they consist of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), primary_key=True),
        _belongs_to("user_id", "users.id"),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("conversations_of_user", "conversations", ["user_id", "updated_at"])
    op.create_table(
        "turns",
        sa.Column("id", sa.String(36), primary_key=True),
        _belongs_to("conversation_id", "conversations.id"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("task", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("finish", sa.String(20)),
        sa.Column("fault", sa.String(40)),
        sa.Column("error", sa.Text),
        *(sa.Column(f"{what}_tokens", sa.Integer) for what in ("input", "output", "cached")),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("runner", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.UniqueConstraint("conversation_id", "position", name="turns_position_unique"),
    )
    op.create_index("ix_turns_digest", "turns", ["digest"])


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("conversations")


def _belongs_to(name: str, of: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(36), sa.ForeignKey(of, ondelete="CASCADE"), nullable=False)
