"""Searching what is kept and what was said: two users on one database, without a gateway."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.gateway.remembering import HOSTILE, SPELLINGS

from mosaic_gateway.accounts.users import MEMBER, NewUser, User, create_user
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.memory.errors import NoSuchMemoryError, TooManyMemoriesError
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.memory.memory import LONGEST_MEMORY, MOST_MEMORIES, parse_memory
from mosaic_gateway.memory.ranking import ranked
from mosaic_gateway.memory.search import Slice
from mosaic_gateway.memory.transcripts import AT_ONCE, EXCERPT, Transcripts
from mosaic_gateway.memory.words import LONGEST_WORD, MOST_ASKED, asked_words, words_in
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.models.messages import Message
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import CONVERSATIONS, MEMORIES, TURNS
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.kept import encoded

pytestmark = pytest.mark.unit

TEN = Slice(10)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    yield storage
    storage.close()


@pytest.fixture
def ada(storage: Storage) -> User:
    return person(storage, "ada@example.org")


def person(storage: Storage, email: str) -> User:
    with storage.writing() as connection:
        return create_user(connection, NewUser("A", email, "hash"), role=MEMBER)


def talk(storage: Storage, user: User, *turns: tuple[str, str]) -> str:
    """A conversation that has ended; its id."""
    made = Conversations(storage, user).create("Talk")
    now = datetime.now(UTC)
    rows = [
        {
            "id": str(uuid4()),
            "conversation_id": made.id,
            "position": position,
            "state": "done",
            "question": encoded([Message("system", ("secret",)), Message("user", (asked,))]),
            "answer": encoded([Message("assistant", (answer,))]),
            "model": "m",
            "task": "conversation",
            "reason": "",
            "started_at": now,
            "heard_at": now,
            "ended_at": now,
            "runner": "r",
        }
        for position, (asked, answer) in enumerate(turns)
    ]
    with storage.writing() as connection:
        connection.execute(TURNS.insert(), rows)
    return made.id


def found(memories: Memories, text: str) -> list[str]:
    return [each.text for each in memories.search(text, TEN).items]


def test_words_are_compared_without_case_accents_and_signs() -> None:
    assert words_in("Caf\u00e9, cafe\u0301: STRASSE/stra\u00dfe_2!") == [
        "cafe",
        "cafe",
        "strasse",
        "strasse",
        "2",
    ]
    assert words_in("\u6771\u4eac\u90fdTokyo\u6c34") == [
        "\u6771\u4eac",
        "\u4eac\u90fd",
        "tokyo",
        "\u6c34",
    ]
    assert words_in("\u0939\u093f\u0928\u094d\u0926\u0940") == [
        "\u0939\u093f\u0928\u094d\u0926\u0940"
    ]
    assert words_in("x" * 1000) == ["x" * LONGEST_WORD]
    assert len(asked_words(" ".join(map(str, range(1000))))) == MOST_ASKED


def test_the_rarer_word_decides_and_then_the_later_passage() -> None:
    passages = {1: "the tea", 2: "the the the coffee", 3: "the tea", 4: "the teapot"}
    assert ranked(asked_words("the tea"), passages, 4) == [3, 1, 2, 4]


@pytest.mark.parametrize(("kept", "asked"), SPELLINGS)
def test_a_memory_is_found_however_it_is_spelt(
    storage: Storage, ada: User, kept: str, asked: str
) -> None:
    own = Memories(storage, ada)
    own.add("Something else.")
    own.add(kept)
    assert found(own, asked) == [kept]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_typed_is_syntax(storage: Storage, ada: User, text: str) -> None:
    own = Memories(storage, ada)
    own.add("Nothing of that.")
    assert found(own, text) == []
    assert list(Transcripts(storage, ada).search(text, TEN).items) == []


def test_a_user_finds_and_removes_only_their_own(storage: Storage, ada: User) -> None:
    eve = person(storage, "eve@example.org")
    mine, hers = Memories(storage, ada), Memories(storage, eve)
    conversation = talk(storage, ada, ("Where is the key?", "Under the mat."))
    kept = mine.add("The key is under the mat.", conversation)
    other = hers.add("The key is in the car.", conversation)
    assert (kept.conversation, other.conversation) == (conversation, None)
    assert found(mine, "key") == [kept.text]
    assert found(hers, "key mat") == [other.text]
    assert list(Transcripts(storage, eve).search("key mat", TEN).items) == []
    for act in (hers.find, hers.remove):
        for memory_id in (kept.id, "", "\0", "\ud800"):
            with pytest.raises(NoSuchMemoryError):
                act(memory_id)
    mine.remove(kept.id)
    assert (found(mine, "key"), list(mine.all(TEN).items)) == ([], [])


def test_what_is_said_again_is_kept_once(storage: Storage, ada: User) -> None:
    own = Memories(storage, ada)
    first, second = own.add("I like tea."), own.add("I like cake.")
    assert [each.id for each in own.all(TEN).items] == [second.id, first.id]
    again = own.add("I like tea.")
    assert (again.id, again.created_at) == (first.id, first.created_at)
    assert [each.id for each in own.all(TEN).items] == [first.id, second.id]


def test_lists_and_searches_come_in_pages(storage: Storage, ada: User) -> None:
    own = Memories(storage, ada)
    for number in range(5):
        own.add(f"Tea number {number}.")
    for read in (own.all, lambda wanted: own.search("tea", wanted)):
        pages = [read(Slice(2, skip)) for skip in (0, 2, 4, 6)]
        assert [page.has_more for page in pages] == [True, True, False, False]
        assert len({each.id for page in pages for each in page.items}) == 5


def test_there_can_only_be_so_many(storage: Storage, ada: User) -> None:
    own = Memories(storage, ada)
    first = own.add("The first.")
    now = datetime.now(UTC)
    row = {"user_id": ada.id, "created_at": now, "updated_at": now}
    with storage.writing() as connection:
        rows = [{**row, "id": str(n), "text": f"x{n}"} for n in range(MOST_MEMORIES - 1)]
        connection.execute(MEMORIES.insert(), rows)
    with pytest.raises(TooManyMemoriesError):
        own.add("One more.")
    assert own.add(first.text).id == first.id


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_MEMORY + 1), "a\0b", "\ud800"])
def test_what_no_memory_can_be(text: str) -> None:
    with pytest.raises(ValueError, match="memory"):
        parse_memory(text)


def test_what_was_said_is_found_where_it_was_said(storage: Storage, ada: User) -> None:
    long = "word " * 200 + "the harbour " + "word " * 200
    conversation = talk(storage, ada, ("Hello.", "Hi."), ("Where do the ships lie?", long))
    transcripts = Transcripts(storage, ada)
    [hit] = transcripts.search("harbour", TEN).items
    assert (hit.conversation, hit.position, hit.title) == (conversation, 1, "Talk")
    assert "the harbour" in hit.text
    assert len(hit.text) <= EXCERPT + 2
    # Not what a client tells a model about its work.
    assert list(transcripts.search("secret", TEN).items) == []
    Conversations(storage, ada).remove(conversation)
    assert list(transcripts.search("harbour", TEN).items) == []
    with storage.writing() as connection:
        # Nothing is left in the index of what went with the conversation.
        check = "INSERT INTO passages_words (passages_words, rank) VALUES ('integrity-check', 1)"
        connection.execute(text(check))
        assert connection.scalar(text("SELECT count(*) FROM passages")) == 0


def test_what_was_said_before_there_was_a_search_is_found(storage: Storage, ada: User) -> None:
    talk(storage, ada, *((f"Question {n}?", "Answer.") for n in range(AT_ONCE + 1)))
    [hit] = Transcripts(storage, ada).search(f"question {AT_ONCE}", Slice(1)).items
    assert hit.position == AT_ONCE


def test_a_turn_that_runs_is_not_found_yet(storage: Storage, ada: User) -> None:
    talk(storage, ada, ("Tea?", "Yes."))
    with storage.writing() as connection:
        connection.execute(TURNS.update().values(ended_at=None))
        connection.execute(CONVERSATIONS.update().values(title="Other"))
    assert list(Transcripts(storage, ada).search("tea", TEN).items) == []
