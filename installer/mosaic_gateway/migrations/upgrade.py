"""Brings a database to HEAD, all or nothing; an up-to-date one costs a single query.

A database this program does not know is never touched. It is used as it is where the program that
migrated it says that this one may: so two neighbouring versions run side by side, while one takes
the other's place. What goes wrong leaves it as it was, also
where the process is killed: every version is made in one transaction, of which tables are a part in
SQLite as in PostgreSQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from mosaic_gateway.configuration.tier_config import PostgresStorage, SqliteStorage
from mosaic_gateway.errors import MigrationError, NewerSchemaError, StatementError, StorageError
from mosaic_gateway.migrations import HEAD
from mosaic_gateway.storage.compatibility_table import COMPATIBILITY
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

    Raises NewerSchemaError when the database is of a version that is too new, MigrationError when
    it is locked or full or a statement fails, and StorageError when it cannot be asked at all.
    """
    with storage.reading() as connection:
        before = current_revision(connection)
        if before == HEAD or _is_compatible(connection, before):
            return False
    with _explained(before), storage.migrating() as connection:
        # Asked again, as the only one: two processes may have come this far at once.
        now = current_revision(connection)
        if now == HEAD or _is_compatible(connection, now):
            return False
        _run_alembic(connection)
    return True


def current_revision(connection: Connection) -> str | None:
    """The schema's revision, or None when it was never migrated."""
    if not connection.dialect.has_table(connection, VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608


def _is_compatible(connection: Connection, revision: str | None) -> bool:
    """Return whether a newer schema is one that this program may use."""
    if revision is None or revision < HEAD:
        return False
    if not connection.dialect.has_table(connection, COMPATIBILITY.name):
        return False
    oldest = connection.execute(select(COMPATIBILITY.c.compatible_from)).scalar()
    return oldest is not None and oldest <= HEAD


@contextmanager
def _explained(before: str | None) -> Iterator[None]:
    try:
        yield
    except MigrationError:
        raise
    except StatementError as error:
        raise _failed(before, error.message) from error
    except StorageError as error:
        hint = f"{error.hint}; nothing was changed"
        raise MigrationError(error.message, hint, is_passing=error.is_passing) from None
    except DBAPIError as error:
        # The first line alone: what follows may show what the row that offends holds.
        raise _failed(before, str(error.orig).partition("\n")[0]) from error


def _failed(before: str | None, said: str) -> MigrationError:
    return MigrationError(
        f"a statement on the way from version `{before}` to `{HEAD}` failed: {said}",
        "nothing was changed; go back to the version of before, and report what it says",
    )


def _run_alembic(connection: Connection) -> None:
    from alembic.command import upgrade as alembic_upgrade
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    try:
        alembic_upgrade(config, "head")
    except CommandError:
        raise NewerSchemaError(
            f"it is of version `{current_revision(connection)}`,"
            f" which is newer than this gateway's `{HEAD}`",
            "install the newer version again, or restore a backup made by this one",
        ) from None
