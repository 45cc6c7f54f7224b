"""The schema's rules hold on PostgreSQL as they do in SQLite (test_schema)."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError
from tests.gateway.process import Home
from tests.gateway.schemas import schema_differences

from mosaic_gateway.accounts.users import ADMIN, NewUser, create_user, find_user
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.tier_config import read_tier_config
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["postgres"], indirect=True, scope="session"),
]


@pytest.fixture
def storage(home: Home) -> Iterator[Storage]:
    environment = Environment(home.backing.environment(), None)
    config = read_tier_config(home.config, lambda: environment)
    storage = open_storage(config.storage, create=True)
    assert upgrade(storage)
    assert not upgrade(storage)
    yield storage
    storage.close()


def test_the_migrations_make_the_tables_the_code_sees(storage: Storage) -> None:
    with storage.reading() as connection:
        assert schema_differences(connection) == []


def test_the_database_itself_allows_one_founder(storage: Storage) -> None:
    with storage.writing() as connection:
        create_user(connection, NewUser("A", "a@b", "hash"), role=ADMIN, is_founder=True)
        create_user(connection, NewUser("B", "b@b", "hash"), role=ADMIN)
    with pytest.raises(IntegrityError, match="founder"), storage.writing() as connection:
        create_user(connection, NewUser("C", "c@b", "hash"), role=ADMIN, is_founder=True)


def test_moments_come_back_in_utc(storage: Storage) -> None:
    with storage.writing() as connection:
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'Asia/Kathmandu'")
        made = create_user(connection, NewUser("A", "a@b", "hash"), role=ADMIN, is_founder=True)
        found = find_user(connection, "a@b")
    assert found == made
    assert found is not None
    assert str(found.created_at).endswith("+00:00")
