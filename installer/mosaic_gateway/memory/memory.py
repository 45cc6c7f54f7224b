"""A memory: a sentence or some that a user wants to be kept, and what it may be."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row

from mosaic_gateway.accounts.passwords import is_encodable

LONGEST_MEMORY = 4_000
MOST_MEMORIES = 10_000
LONGEST_QUESTION = 10_000
"""Of a search, in characters."""


@dataclass(frozen=True)
class Memory:
    """A memory; `conversation` is the id of the one that it was kept in, as long as that exists.

    `updated_at` is when it was said last: what is known already is not kept twice.
    """

    id: str
    text: str
    conversation: str | None
    created_at: datetime
    updated_at: datetime


def parse_memory(text: str) -> str:
    """Trim it; raises ValueError for none, for too long a one, and for what no database keeps."""
    found = text.strip()
    if not found:
        raise ValueError("a memory cannot be empty")
    if len(found) > LONGEST_MEMORY:
        raise ValueError(f"a memory has at most {LONGEST_MEMORY} characters, not {len(found)}")
    if "\0" in found or not is_encodable(found):
        raise ValueError("a memory cannot contain NUL or half a character (a lone surrogate)")
    return found


def memory_in(row: Row[*tuple[object, ...]]) -> Memory:
    """A row of the table of memories."""
    return Memory(row.id, row.text, row.conversation_id, row.created_at, row.updated_at)
