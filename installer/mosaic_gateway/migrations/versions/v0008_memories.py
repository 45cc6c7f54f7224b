"""Memories, and an index of words over them and over what was said.

What was said before is indexed when somebody searches it first, not here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# Whoever alters `passages` in batch mode makes it anew in SQLite, and has to make these again.
INDEX = (
    "CREATE VIRTUAL TABLE passages_words"
    " USING fts5(words, content='passages', content_rowid='id', tokenize='ascii')"
)
ADDED = (
    "CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN"
    " INSERT INTO passages_words (rowid, words) VALUES (new.id, new.words); END"
)
REMOVED = (
    "CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN"
    " INSERT INTO passages_words (passages_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END"
)
INDEX_OF_POSTGRES = (
    "CREATE INDEX passages_by_words ON passages"
    " USING gin (array_to_tsvector(string_to_array(words, ' ')))"
)


def upgrade() -> None:
    op.create_table(
        "memories",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user_id", *_of("users", "CASCADE"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("conversation_id", *_of("conversations", "SET NULL"), index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("memories_of_user", "memories", ["user_id", "updated_at"])
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", *_of("users", "CASCADE"), nullable=False, index=True),
        sa.Column("memory_id", *_of("memories", "CASCADE"), unique=True),
        sa.Column("turn_id", *_of("turns", "CASCADE"), unique=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (INDEX, ADDED, REMOVED) if is_sqlite else (INDEX_OF_POSTGRES,):
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text("DROP TABLE passages_words"))
    op.drop_table("passages")
    op.drop_table("memories")


def _of(table: str, when_gone: str) -> tuple[sa.String, sa.ForeignKey]:
    return sa.String(36), sa.ForeignKey(f"{table}.id", ondelete=when_gone)
