"""Brings a database to HEAD, all or nothing; an up-to-date one costs a single query.

A database this program does not know is never touched.
"""

from pathlib import Path

from sqlalchemy import Connection, text

from mosaic_gateway.configuration.tier_config import PostgresStorage, SqliteStorage
from mosaic_gateway.errors import StorageError
from mosaic_gateway.migrations import HEAD
from mosaic_gateway.storage.pool import Storage

VERSION_TABLE = "alembic_version"


def prepare(storage: Storage, config: SqliteStorage | PostgresStorage) -> bool:
    """Create the extension that is wanted and bring the schema to HEAD; as `upgrade` does.

    Raises StorageError.
    """
    if isinstance(config, PostgresStorage) and config.enable_vector:
        from mosaic_gateway.storage.vector import create_vector

        create_vector(storage)
    return upgrade(storage)


def upgrade(storage: Storage) -> bool:
    """Run what is pending; returns whether anything was.

    Raises StorageError when the database is of a newer version, or fails.
    """
    with storage.reading() as connection:
        if current_revision(connection) == HEAD:
            return False
    with storage.migrating() as connection:
        # Asked again, as the only one: two processes may have come this far at once.
        if current_revision(connection) == HEAD:
            return False
        _run_alembic(connection)
    return True


def current_revision(connection: Connection) -> str | None:
    """The schema's revision, or None when it was never migrated."""
    if not connection.dialect.has_table(connection, VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608


def _run_alembic(connection: Connection) -> None:
    from alembic.command import upgrade as alembic_upgrade
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    try:
        alembic_upgrade(config, "head")
    except CommandError:
        raise StorageError(
            f"the database is of version `{current_revision(connection)}`,"
            f" which is newer than this gateway's `{HEAD}`",
            "install the newer version again, or restore a backup made by this one",
        ) from None
