"""Vectors of memories: kept, and compared, by the extension `vector` where PostgreSQL has it.

Elsewhere they are bytes, and Python compares those of the one user. In PostgreSQL, row-level
security shows nobody a row who has not said for whom they ask (`bind`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, select, text
from sqlalchemy import column as column_of

from mosaic_gateway.storage.cosine import most_alike, packed
from mosaic_gateway.storage.tables import MEMORIES, MEMORY_VECTORS

OWN = "embedding"
"""The column of the extension's type, which only databases have that are to use it."""

_BIND = "SELECT set_config('mosaic.user', :user, true), current_setting('is_superuser')"
# Nobody is above the rules for rows but a superuser, which the database's owner is in its official
# image: whoever only reads is somebody else meanwhile, who may read all tables and is held by them.
_STEP_DOWN = "SET LOCAL ROLE pg_read_all_data"
# Else an index stops at its own nearest rows, of which none may be of this user.
_GO_ON = """
SELECT set_config('hnsw.iterative_scan', 'strict_order', true) FROM pg_extension
WHERE extname = 'vector' AND string_to_array(extversion, '.')::int[] >= '{0,8}'
"""
_NEAREST = """
SELECT memory_id, (embedding::vector({0})) <=> CAST(:vector AS vector({0})) AS distance
FROM memory_vectors WHERE user_id = :user AND model = :model AND dimensions = {0}
ORDER BY distance LIMIT :most
"""
_KEEP_OWN = """
INSERT INTO memory_vectors (memory_id, user_id, model, dimensions, embedding)
VALUES (:memory_id, :user_id, :model, :dimensions, CAST(:vector AS vector))
"""


@dataclass(frozen=True)
class Space:
    """What vectors have to have in common to be compared: who made them, and their dimensions.

    With `is_indexed`, the database compares them itself.
    """

    model: str
    dimensions: int
    is_indexed: bool = False


def bind(connection: Connection, user_id: str, *, reads_only: bool = True) -> None:
    """Say for whom this transaction asks; without that, it sees no vector of anybody."""
    if connection.dialect.name == "sqlite":
        return
    bound = connection.execute(text(_BIND), {"user": user_id}).one()
    if reads_only and bound.current_setting == "on":
        connection.execute(text(_STEP_DOWN))


def nearest(
    connection: Connection, user_id: str, space: Space, vector: Sequence[float], most: int
) -> list[tuple[str, float]]:
    """The ids of the bound user's memories whose vectors are most like this one, the best first.

    With each, how like: 1 is the same. The vector has the length 1, as they have.
    """
    if space.is_indexed:
        connection.execute(text(_GO_ON))
        found = connection.execute(
            text(_NEAREST.format(int(space.dimensions))),
            {"user": user_id, "model": space.model, "vector": _literal(vector), "most": most},
        )
        return [(row.memory_id, 1.0 - row.distance) for row in found]
    columns = select(MEMORY_VECTORS.c.memory_id, MEMORY_VECTORS.c.vector)
    rows = connection.execute(columns.where(*_fits(user_id, space)))
    return most_alike(vector, ((row.memory_id, row.vector) for row in rows), most)


def without_vector(
    connection: Connection, user_id: str, space: Space, most: int
) -> Sequence[Row[str, str]]:
    """Ids and texts of the bound user's memories without a vector of this space, old ones first."""
    has_one = select(MEMORY_VECTORS.c.memory_id).where(
        *_fits(user_id, space), MEMORY_VECTORS.c.memory_id == MEMORIES.c.id
    )
    query = select(MEMORIES.c.id, MEMORIES.c.text).where(
        MEMORIES.c.user_id == user_id, ~has_one.exists()
    )
    return connection.execute(query.order_by(MEMORIES.c.created_at).limit(most)).all()


def keep_vectors(
    connection: Connection, user_id: str, space: Space, vectors: Mapping[str, Sequence[float]]
) -> None:
    """Give memories of the bound user these vectors, in the place of others they may have.

    Those that are gone by now are passed over. Each vector has the length 1.
    """
    is_there = (MEMORIES.c.user_id == user_id, MEMORIES.c.id.in_(vectors))
    # Held, so that none of them is removed before its vector is there.
    held = select(MEMORIES.c.id).where(*is_there).with_for_update(read=True)
    ids = [row.id for row in connection.execute(held)]
    if not ids:
        return
    is_old = (MEMORY_VECTORS.c.user_id == user_id, MEMORY_VECTORS.c.memory_id.in_(ids))
    connection.execute(MEMORY_VECTORS.delete().where(*is_old))
    head = {"user_id": user_id, "model": space.model, "dimensions": space.dimensions}
    encode = _literal if space.is_indexed else packed
    rows = [{**head, "memory_id": each, "vector": encode(vectors[each])} for each in ids]
    connection.execute(text(_KEEP_OWN) if space.is_indexed else MEMORY_VECTORS.insert(), rows)


def _fits(user_id: str, space: Space) -> tuple[ColumnElement[bool], ...]:
    place = column_of(OWN) if space.is_indexed else MEMORY_VECTORS.c.vector
    return (
        MEMORY_VECTORS.c.user_id == user_id,
        MEMORY_VECTORS.c.model == space.model,
        MEMORY_VECTORS.c.dimensions == space.dimensions,
        place.is_not(None),
    )


def _literal(vector: Sequence[float]) -> str:
    return f"[{','.join(map(repr, vector))}]"
