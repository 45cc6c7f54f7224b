"""Opens the database that the configuration names, whichever kind it is."""

from mosaic_gateway.configuration.tier_config import PostgresStorage, SqliteStorage
from mosaic_gateway.storage.pool import Storage


def open_storage(
    config: SqliteStorage | PostgresStorage, *, create: bool, patience: float = 0
) -> Storage:
    """Open the database and prove that it is one; a server is waited for `patience` seconds.

    Raises StorageError when it cannot be used, or its file is missing and `create` is false.
    """
    match config:
        case SqliteStorage():
            from mosaic_gateway.storage.sqlite import open_sqlite

            return open_sqlite(config, create=create)
        case PostgresStorage():
            from mosaic_gateway.storage.postgres import open_postgres

            return open_postgres(config.url, patience)
