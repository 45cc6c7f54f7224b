"""Invitations, what a token may be used for, and addresses that look the same being the same."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_scopes()
    _compare_addresses_anew()
    _create_invitations()


def downgrade() -> None:
    op.drop_table("invitations")
    with op.batch_alter_table("tokens") as altered:
        altered.drop_column("scopes")


def _add_scopes() -> None:
    with op.batch_alter_table("tokens") as altered:
        # Whoever forgets to say what a token is for makes one that is good for nothing.
        altered.add_column(sa.Column("scopes", sa.String(200), nullable=False, server_default=""))
    # Every token could do everything until now, and goes on.
    op.execute("UPDATE tokens SET scopes = 'admin chat'")


def _compare_addresses_anew() -> None:
    """Lower case was all; only addresses beyond ASCII can differ in more."""
    connection = op.get_bind()
    users = sa.table("users", sa.column("id"), sa.column("email"), sa.column("email_key"))
    taken = {row.email_key: row for row in connection.execute(sa.select(users))}
    for row in list(taken.values()):
        key = _key(row.email)
        # Two that were told apart until now stay so: no account is ever lost.
        if key not in taken:
            change = sa.update(users).where(users.c.id == row.id).values(email_key=key)
            connection.execute(change)
            taken[key] = row


def _key(email: str) -> str:
    # As `email_key` of accounts was when this was written.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).lower())


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "user_id",
            sa.String(36),
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("digest", name="invitations_digest_unique"),
        sa.UniqueConstraint("email_key", name="invitations_email_key_unique"),
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])
