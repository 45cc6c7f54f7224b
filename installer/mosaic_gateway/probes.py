"""What `/health/ready` asks: whether each thing the tier depends on works right now."""

from typing import Protocol

from sqlalchemy import select

from mosaic_gateway.accounts import has_users
from mosaic_gateway.storage.engine import Storage
from mosaic_gateway.storage.tables import USERS


class Probe(Protocol):
    """Something `/health/ready` reports on."""

    def check(self) -> None:
        """Return when it works; raises ServiceError when it does not."""


class Database:
    """Ready when it answers a question about our own tables."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def check(self) -> None:
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
            connection.execute(select(USERS.c.id).limit(1))
