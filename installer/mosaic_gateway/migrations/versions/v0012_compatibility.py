"""Which gateways of earlier versions may go on with the schema as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "compatibility", sa.Column("compatible_from", sa.String(32), primary_key=True)
    )
    # Gateways of before do not look here.
    op.execute(table.insert().values(compatible_from=revision))


def downgrade() -> None:
    op.drop_table("compatibility")
