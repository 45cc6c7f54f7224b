"""Vectors of memories, by which they are found by what they mean.

A row is seen in PostgreSQL by whoever has said for whom they ask, and by nobody else, the owner of
the table included: besides what the code asks for, the database itself keeps users apart.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWN = (
    "CREATE POLICY memory_vectors_own ON memory_vectors"
    " USING (user_id = current_setting('mosaic.user', true))"
)
SECURITY = (
    "ALTER TABLE memory_vectors ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE memory_vectors FORCE ROW LEVEL SECURITY",
    OWN,
)


def upgrade() -> None:
    op.create_table(
        "memory_vectors",
        sa.Column("memory_id", *_of("memories"), primary_key=True),
        sa.Column("user_id", *_of("users"), nullable=False, index=True),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("dimensions", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary),
    )
    if op.get_bind().dialect.name != "sqlite":
        for statement in SECURITY:
            op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("memory_vectors")


def _of(table: str) -> tuple[sa.String, sa.ForeignKey]:
    return sa.String(36), sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
