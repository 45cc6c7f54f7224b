"""What the migrations made, compared with the tables that the code sees."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.sql.schema import SchemaItem

from mosaic_gateway.storage.schema import METADATA

INDEX_TABLE, INDEX = "passages_words", "passages_by_words"
"""Of words: the tables that SQLite's is made of, and PostgreSQL's, which no table declares."""


def schema_differences(connection: Connection) -> list[object]:
    options = {"include_object": _is_declared}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, METADATA))


def _is_declared(_: SchemaItem, name: str | None, kind: str, *__: object) -> bool:
    return not (name == INDEX or (kind == "table" and str(name).startswith(INDEX_TABLE)))
