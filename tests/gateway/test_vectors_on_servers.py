"""Vectors of memories on PostgreSQL, with its extension and without: the rows of one user alone."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from tests.engine.engine import run
from tests.gateway.backings import PostgresBacking
from tests.gateway.meanings import SPACE, Asked, meaning, vector_of
from tests.gateway.process import Home
from tests.gateway.servers import ROOT_PASSWORD, root

from mosaic_gateway.accounts.users import MEMBER, NewUser, User, create_user
from mosaic_gateway.configuration.server_url import POSTGRES_FORM, parse_url
from mosaic_gateway.memory.direction import MOST_NEAR, of_length_one
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.memory.recollection import Recollection
from mosaic_gateway.memory.search import Slice
from mosaic_gateway.storage.nearest import Space, bind, nearest
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.postgres import open_postgres
from mosaic_gateway.storage.vector import create_vector, index_vectors
from mosaic_installer.core.preflight.moves import DUMP, RESTORE

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["postgres"], indirect=True, scope="session"),
]

TEN = Slice(10)
MINE, HERS = "I drink oolong every morning.", "Her tea is green."
ALL = text("SELECT user_id FROM memory_vectors")
FILL = text("""
INSERT INTO memories (id, user_id, text, created_at, updated_at)
SELECT 'many ' || n, :user, 'x', now(), now() FROM generate_series(1, 3000) n
""")
FILL_VECTORS = text("""
INSERT INTO memory_vectors (memory_id, user_id, model, dimensions, embedding)
SELECT id, user_id, :model, 4, l2_normalize(
  CAST(ARRAY[3 + random(), random() / 2, random() / 2, 1] AS vector)
) FROM memories WHERE text = 'x'
""")
SECURITY = b"SELECT relforcerowsecurity FROM pg_class WHERE relname = 'memory_vectors'"
EXPLAIN = """
EXPLAIN SELECT memory_id FROM memory_vectors WHERE user_id = 'x' AND dimensions = 4
ORDER BY (embedding::vector(4)) <=> CAST('[1,0,0,0]' AS vector(4)) LIMIT 10
"""


@pytest.fixture
def people(storage: Storage) -> tuple[User, User]:
    with storage.writing() as connection:
        ada, eve = (
            create_user(connection, NewUser("A", email, "hash"), role=MEMBER)
            for email in ("ada@example.org", "eve@example.org")
        )
    return ada, eve


@pytest.fixture
def superuser(home: Home, storage: Storage) -> Iterator[Storage]:
    """As whom the gateway comes to the database of the official image."""
    assert isinstance(home.backing, PostgresBacking)
    url = parse_url(home.backing.url.replace("mosaic@", "root@"), POSTGRES_FORM)
    opened = open_postgres(url.with_password(ROOT_PASSWORD), 0)
    yield opened
    opened.close()


@pytest.fixture(params=[False, True], ids=["without", "with"])
def space(request: pytest.FixtureRequest, storage: Storage, superuser: Storage) -> Space:
    if request.param:
        create_vector(superuser)
        for _ in range(2):
            index_vectors(storage, SPACE.dimensions)
    return replace(SPACE, is_indexed=request.param)


def seen(connection: Connection) -> set[str]:
    return {str(row.user_id) for row in connection.execute(ALL)}


def test_each_finds_their_own_and_the_database_itself_shows_nobody_else_a_row(
    storage: Storage, superuser: Storage, space: Space, people: tuple[User, User]
) -> None:
    ada, eve = people
    means = meaning(storage, Asked(), space)
    Memories(storage, ada).add(MINE)
    Memories(storage, eve).add(HERS)
    assert asyncio.run(means.index_all(10)) == 2
    assert asyncio.run(means.index_all(10)) == 0
    for of in (means, meaning(superuser, Asked(), space)):
        for user, own in ((ada, MINE), (eve, HERS)):
            found = asyncio.run(Recollection(of, user).search("Which beverage?", TEN))
            assert [each.text for each in found.page.items] == [own]
            assert found.searched == ("keyword", "vector")
    # The tables are its own, and it sees nothing all the same unless it says for whom.
    with storage.reading() as connection:
        assert seen(connection) == set()
    with storage.writing() as connection:
        bind(connection, eve.id, reads_only=False)
        assert seen(connection) == {eve.id}
        assert connection.execute(text("DELETE FROM memory_vectors")).rowcount == 1
    with superuser.reading() as connection:
        bind(connection, ada.id)
        assert seen(connection) == {ada.id}
        # A forgotten condition is no way to what is somebody else's.
        assert nearest(connection, eve.id, space, [1.0, 0, 0, 0], MOST_NEAR) == []
    with superuser.reading() as connection:
        bind(connection, eve.id)
        assert seen(connection) == set()
    # What is bound is forgotten with the transaction.
    with storage.reading() as connection:
        assert seen(connection) == set()
    Memories(storage, ada).remove(Memories(storage, ada).all(TEN).items[0].id)
    with superuser.reading() as connection:
        assert seen(connection) == set()


def test_the_index_is_used_and_those_of_others_keep_nothing_from_being_found(
    storage: Storage, superuser: Storage, people: tuple[User, User]
) -> None:
    create_vector(superuser)
    index_vectors(storage, SPACE.dimensions)
    ada, eve = people
    space = replace(SPACE, is_indexed=True)
    with storage.writing() as connection:
        # No statement of the gateway's writes so much; a busy machine takes longer than one may.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(FILL, {"user": eve.id})
        bind(connection, eve.id, reads_only=False)
        connection.execute(FILL_VECTORS, {"model": space.model})
    kept = Memories(storage, ada).add("The ferry is late.")
    asyncio.run(meaning(storage, Asked(), space).index_all(10))
    with storage.writing() as connection:
        bind(connection, ada.id)
        # Whatever the planner thinks of so small a table.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        connection.execute(text("SET LOCAL enable_sort = off"))
        plan = "\n".join(str(row[0]) for row in connection.execute(text(EXPLAIN)))
        assert "Index Scan using memory_vectors_4" in plan
        [(found, _)] = nearest(connection, ada.id, space, of_length_one(vector_of("tea")), 5)
        assert found == kept.id


@pytest.mark.parametrize(("role", "number"), [("mosaic", 0), ("root", 1)])
def test_a_backup_by_its_owner_leaves_out_what_is_made_again(
    storage: Storage, home: Home, people: tuple[User, User], role: str, number: int
) -> None:
    Memories(storage, people[0]).add(MINE)
    asyncio.run(meaning(storage, Asked()).index_all(10))
    assert isinstance(home.backing, PostgresBacking)
    servers = home.backing.servers
    other = servers.new_database()
    dump = f"{DUMP} --username={role} {home.backing.database}"
    restore = f"{RESTORE} --username=mosaic --dbname={other}"
    run("docker", "exec", servers.postgres.container.name, "sh", "-c", f"{dump} | {restore}")
    with closing(root(servers.postgres, other)) as connection:
        counted = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names
            for table in ("memories", "memory_vectors")
        ]
        [(security,)] = connection.execute(SECURITY).fetchall()
    servers.drop_database(other)
    assert (counted, security) == ([(1,), (number,)], True)
