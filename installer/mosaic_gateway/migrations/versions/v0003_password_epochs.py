"""How many passwords a user has had, and which of them a session was opened with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("users", "sessions"):
        with op.batch_alter_table(table) as altered:
            altered.add_column(
                sa.Column("password_epoch", sa.Integer, nullable=False, server_default="0")
            )


def downgrade() -> None:
    for table in ("users", "sessions"):
        with op.batch_alter_table(table) as altered:
            altered.drop_column("password_epoch")
