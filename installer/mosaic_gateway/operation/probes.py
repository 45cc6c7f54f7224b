"""What `/health/ready` asks: whether each thing the tier depends on works right now."""

from mosaic_gateway.accounts.users import has_users
from mosaic_gateway.storage.pool import Storage


class Database:
    """Ready when it answers a question about our own tables, and a restart will find them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def check(self) -> None:
        self._storage.require_place()
        with self._storage.reading() as connection:
            has_users(connection)


class Vectors:
    """Ready when the database can compare two vectors."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def check(self) -> None:
        from mosaic_gateway.storage.vector import require_vector

        require_vector(self._storage)


class DatabaseQueue:
    """Ready when the database lets us write, which is what putting a job into it takes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def check(self) -> None:
        with self._storage.writing() as connection:
            has_users(connection)
