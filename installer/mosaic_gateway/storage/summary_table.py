"""The table of summaries of long conversations; `tables.py` says what holds of all tables."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from mosaic_gateway.storage.instant import Instant
from mosaic_gateway.storage.tables import METADATA

SUMMARIES = Table(
    "summaries",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    # The position of the last turn that it stands for; it stands for all before that as well.
    Column("through", Integer, nullable=False),
    # JSON in ASCII, as the turns are.
    Column("text", Text, nullable=False),
    Column("model", String(300), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("conversation_id", "through", name="summaries_through_unique"),
)
