"""The extension `vector`: created where it is wanted, its absence explained; what it compares."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from mosaic_gateway.errors import StorageError
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.postgres_errors import state_of

NOT_ALLOWED = "42501"
# "is not available", and "could not open extension control file" or "access file": the first since
# PostgreSQL 14, the other two also where only a part of the library is there.
LIBRARY_MISSING = ("0A000", "58P01")
UNDEFINED_OBJECT = "42704"

MOST_INDEXED = 2_000
"""Dimensions that its index takes."""

_PLACES = """
SELECT
  EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('memory_vectors')
    AND attname = 'embedding' AND NOT attisdropped) AS has_column,
  to_regclass(:index) IS NOT NULL AS has_index,
  (SELECT string_to_array(extversion, '.')::int[] >= '{0,8}' FROM pg_extension
    WHERE extname = 'vector') AS goes_on
"""
_ADD = "ALTER TABLE memory_vectors ADD COLUMN IF NOT EXISTS embedding vector"
# https://github.com/pgvector/pgvector: vectors of several lengths in one column.
_INDEX = """
CREATE INDEX IF NOT EXISTS {0} ON memory_vectors
USING hnsw ((embedding::vector({1})) vector_cosine_ops) WHERE dimensions = {1}
"""

_LIBRARY_BRIEF = "the server lacks the library of the extension `vector`"
_ALLOWED_BRIEF = "the extension `vector` is missing, and this user may not create it"


def create_vector(storage: Storage) -> bool:
    """Create the extension where it is missing; returns whether that was so.

    Raises StorageError, which tells a missing library from a missing permission.
    """
    with storage.reading() as connection:
        if _is_created(connection):
            return False
    with storage.migrating() as connection:
        try:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        except DBAPIError as error:
            explained = _explained(error)
            if explained is None:
                raise
            raise explained from None
    return True


def require_vector(storage: Storage) -> None:
    """Return when vectors can be calculated with; raises StorageError when not."""
    try:
        with storage.reading() as connection:
            connection.execute(text("SELECT '[1,2,3]'::vector <-> '[3,2,1]'::vector"))
    except DBAPIError as error:
        if state_of(error) != UNDEFINED_OBJECT:
            raise
        brief = "the extension `vector` is not created in this database"
        hint = "restart the gateway, or run `mosaic-gateway migrate`"
        raise StorageError(brief, hint, brief=brief) from None


def index_vectors(storage: Storage, dimensions: int) -> None:
    """Make the place and the index for vectors of memories, where they are missing.

    An older extension than 0.8 stops at the nearest rows of its index, of which none may be of the
    user who asks: it gets none, and compares all vectors of that user.
    """
    name = f"memory_vectors_{dimensions}"
    with storage.reading() as connection:
        found = connection.execute(text(_PLACES), {"index": name}).one()
    wants_index = bool(found.goes_on) and dimensions <= MOST_INDEXED
    if found.has_column and (found.has_index or not wants_index):
        return
    with storage.migrating() as connection:
        connection.execute(text(_ADD))
        if wants_index:
            connection.execute(text(_INDEX.format(name, int(dimensions))))


def _is_created(connection: Connection) -> bool:
    query = text("SELECT count(*) FROM pg_extension WHERE extname = 'vector'")
    return connection.execute(query).scalar() == 1


def _explained(error: DBAPIError) -> StorageError | None:
    state = state_of(error)
    if state in LIBRARY_MISSING:
        hint = "use the image `pgvector/pgvector:pg17`, or install pgvector on the server"
        return StorageError(_LIBRARY_BRIEF, hint, brief=_LIBRARY_BRIEF)
    if state == NOT_ALLOWED:
        hint = "let a superuser run `CREATE EXTENSION vector` in this database once"
        return StorageError(_ALLOWED_BRIEF, hint, brief=_ALLOWED_BRIEF)
    return None
