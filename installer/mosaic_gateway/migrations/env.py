"""Alembic's entry: runs the versions on the connection it was handed, inside its transaction."""

from alembic import context
from sqlalchemy import Connection

from mosaic_gateway.storage.schema import METADATA


def _run(connection: Connection) -> None:
    # Batch mode: SQLite cannot alter a column in place; elsewhere it is the plain ALTER.
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
