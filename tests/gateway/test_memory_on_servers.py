"""Searches find on PostgreSQL what they find in SQLite (test_memory_search)."""

import pytest
from tests.gateway.remembering import HOSTILE, SPELLINGS

from mosaic_gateway.accounts.users import MEMBER, NewUser, create_user
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.memory.search import Slice
from mosaic_gateway.memory.transcripts import Transcripts
from mosaic_gateway.storage.pool import Storage

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["postgres"], indirect=True, scope="session"),
]

TEN = Slice(10)


def test_what_is_kept_is_found_by_whom_it_belongs_to_and_nothing_is_syntax(
    storage: Storage,
) -> None:
    with storage.writing() as connection:
        people = [
            create_user(connection, NewUser("A", email, "hash"), role=MEMBER)
            for email in ("ada@example.org", "eve@example.org")
        ]
    own, other = (Memories(storage, each) for each in people)
    for kept, asked in SPELLINGS:
        made = own.add(kept)
        # Of those before it, some have words of this question, too.
        assert own.search(asked, Slice(1)).items == [made]
        assert list(other.search(asked, TEN).items) == []
    for text in HOSTILE:
        assert all("tea" not in each.text for each in own.search(text, TEN).items)
        assert list(Transcripts(storage, people[0]).search(text, TEN).items) == []
    page = own.search("my teal", Slice(1))
    own.remove(page.items[0].id)
    assert list(own.search("teal", TEN).items) == []
