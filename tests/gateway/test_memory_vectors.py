"""Memories are found by what they mean, where something says so: two users, without a gateway."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.gateway.meanings import SPACE, Asked, meaning

from mosaic_gateway.accounts.users import MEMBER, NewUser, User, create_user
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.memory.meaning import REST_SECONDS, Meaning
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.memory.ranking import closest, fused
from mosaic_gateway.memory.recollection import Found, Recollection
from mosaic_gateway.memory.search import Slice
from mosaic_gateway.memory.source import Source
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.models.pieces import Fault
from mosaic_gateway.storage.cosine import most_alike, packed
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import MEMORY_VECTORS

pytestmark = pytest.mark.unit

TEN = Slice(10)
TEA, SHIP = "I drink oolong every morning.", "The ferry leaves at noon."


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    yield storage
    storage.close()


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def ada(storage: Storage) -> User:
    return person(storage, "ada@example.org")


def person(storage: Storage, email: str) -> User:
    with storage.writing() as connection:
        return create_user(connection, NewUser("A", email, "hash"), role=MEMBER)


def search(of: Meaning, user: User, text: str, wanted: Slice = TEN) -> Found:
    return asyncio.run(Recollection(of, user).search(text, wanted))


def texts(found: Found) -> list[str]:
    return [each.text for each in found.page.items]


def stored(storage: Storage) -> list[tuple[str, int, int]]:
    query = MEMORY_VECTORS.select()
    with storage.reading() as connection:
        rows = connection.execute(query).all()
    return [(row.model, row.dimensions, len(row.vector)) for row in rows]


def test_a_memory_is_found_by_what_it_means(storage: Storage, ada: User, asked: Asked) -> None:
    own, means = Memories(storage, ada), meaning(storage, asked)
    for text in (SHIP, TEA):
        own.add(text)
    assert asyncio.run(means.index_all(10)) == 2
    assert stored(storage) == [(SPACE.model, 4, 16)] * 2
    found = search(means, ada, "Which beverage?")
    assert (texts(found), found.searched) == ([TEA], ("keyword", "vector"))
    # Nothing of it is made twice.
    asked.texts = []
    assert asyncio.run(means.index_all(10)) == 0
    assert asked.texts == []


def test_without_a_model_all_is_as_it_was(storage: Storage, ada: User) -> None:
    Memories(storage, ada).add(TEA)
    means = Meaning(storage)
    found = search(means, ada, "Which beverage?")
    assert (texts(found), found.searched) == ([], ("keyword",))
    assert texts(search(means, ada, "oolong")) == [TEA]
    assert asyncio.run(means.index_all(10)) == 0
    assert stored(storage) == []


def test_what_both_ways_find_comes_first(storage: Storage, ada: User, asked: Asked) -> None:
    own, means = Memories(storage, ada), meaning(storage, asked)
    both = "The ship is called Heron."
    for text in (SHIP, both, "Heron is our server."):
        own.add(text)
    asyncio.run(means.index_all(10))
    assert texts(search(means, ada, "Heron boat"))[0] == both
    assert fused(["a", "b"], ["c", "b"]) == ["b", "a", "c"]
    assert fused([], ["c"]) == ["c"]
    assert closest([("a", 0.9), ("b", 0.8), ("c", 0.4)]) == ["a", "b"]
    assert closest([("a", 0.1 + 0.2), ("b", 0.1 + 0.2)]) == ["a", "b"]
    assert closest([]) == []


def test_pages_of_a_search_by_both_have_each_memory_once(
    storage: Storage, ada: User, asked: Asked
) -> None:
    own, means = Memories(storage, ada), meaning(storage, asked)
    for number in range(7):
        own.add(f"tea {number}")
    asyncio.run(means.index_all(100))
    pages = [search(means, ada, "tea", Slice(3, skip)).page for skip in (0, 3, 6)]
    assert [page.has_more for page in pages] == [True, True, False]
    assert len({each.id for page in pages for each in page.items}) == 7


def test_nobody_finds_what_means_the_same_to_somebody_else(
    storage: Storage, ada: User, asked: Asked
) -> None:
    eve = person(storage, "eve@example.org")
    means = meaning(storage, asked)
    mine, hers = Memories(storage, ada).add(TEA), Memories(storage, eve).add("Tea, please.")
    assert asyncio.run(means.index_all(10)) == 2
    assert asked.users == {ada.id, eve.id}
    for user, own in ((ada, mine), (eve, hers)):
        assert texts(search(means, user, "beverage")) == [own.text]


@pytest.mark.parametrize("fault", ["unreachable", "too-slow", "no-such-model", "broken"])
def test_who_makes_no_vectors_is_left_alone_for_a_while(
    storage: Storage, ada: User, asked: Asked, fault: Fault
) -> None:
    now = 0.0
    means = Meaning(storage, Source(SPACE, asked), lambda: now)
    Memories(storage, ada).add(TEA)
    asked.fails = fault
    found = search(means, ada, "oolong")
    assert (texts(found), found.searched) == ([TEA], ("keyword",))
    asked.fails = None
    assert search(means, ada, "oolong").searched == ("keyword",)
    now = REST_SECONDS
    assert search(means, ada, "oolong").searched == ("keyword", "vector")


def test_a_memory_is_kept_without_its_vector_which_comes_later(
    storage: Storage, ada: User, asked: Asked
) -> None:
    async def add(text: str) -> None:
        own = Recollection(means, ada)
        await own.add(text)
        await asyncio.gather(*means._busy.values())

    means = meaning(storage, asked)
    asked.fails = "unreachable"
    asyncio.run(add(TEA))
    assert texts(search(Meaning(storage), ada, "oolong")) == [TEA]
    assert stored(storage) == []
    asked.fails = None
    means = meaning(storage, asked)
    asyncio.run(add(SHIP))
    assert len(stored(storage)) == 2
    assert texts(search(means, ada, "beverage"))[0] == TEA


def test_after_another_model_all_are_made_anew_and_found_by_words_until_then(
    storage: Storage, ada: User, asked: Asked
) -> None:
    own, before = Memories(storage, ada), meaning(storage, asked)
    for number in range(70):
        own.add(f"tea {number}")
    assert asyncio.run(before.index_all(1000)) == 70
    other = replace(SPACE, model="ollama/another")
    after = meaning(storage, asked, other)
    direction = asyncio.run(after.direction(ada, "beverage"))
    assert list(own.search("beverage", TEN, direction).items) == []
    assert len(own.search("tea", TEN, direction).items) == 10
    # In batches, and no more than are wanted.
    assert [asyncio.run(after.index_all(40)) for _ in range(3)] == [40, 30, 0]
    assert {model for model, *_ in stored(storage)} == {other.model}
    assert len(stored(storage)) == 70
    assert len(own.search("beverage", TEN, direction).items) == 10


def test_what_a_model_refuses_keeps_the_others_from_nothing(
    storage: Storage, ada: User, asked: Asked
) -> None:
    own, means = Memories(storage, ada), meaning(storage, asked)
    for number in range(40):
        own.add(f"tea {number}" if number else "odd tea")
    asked.refuses = "odd"
    assert asyncio.run(means.index_all(1000)) == 39
    assert asyncio.run(means.index_all(1000)) == 0
    asked.refuses = ""
    assert asyncio.run(means.index_all(1000)) == 1


def test_vectors_of_other_dimensions_are_none(storage: Storage, ada: User, asked: Asked) -> None:
    Memories(storage, ada).add(TEA)
    means = meaning(storage, asked, replace(SPACE, dimensions=5))
    assert search(means, ada, "oolong").searched == ("keyword",)
    assert stored(storage) == []


def test_a_memory_that_is_forgotten_leaves_no_vector(
    storage: Storage, ada: User, asked: Asked
) -> None:
    own, means = Memories(storage, ada), meaning(storage, asked)
    kept = own.add(TEA)
    asyncio.run(means.index_all(10))
    own.remove(kept.id)
    assert stored(storage) == []
    assert texts(search(means, ada, "beverage")) == []


def test_vectors_are_compared_by_their_direction_and_damaged_ones_passed_over() -> None:
    rows = [("far", packed([0.0, 1.0])), ("near", packed([0.8, 0.6])), ("odd", b"\0" * 4)]
    found = most_alike([1.0, 0.0], rows, 5)
    assert [key for key, _ in found] == ["near", "far"]
    assert [like for _, like in found] == pytest.approx([0.8, 0.0])
    assert most_alike([1.0, 0.0], rows, 1) == found[:1]
