from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError
from tests.gateway.schemas import schema_differences

from mosaic_gateway import migrations
from mosaic_gateway.accounts.users import ADMIN, NewUser, create_user
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.migrations.upgrade import current_revision, upgrade
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage

pytestmark = pytest.mark.unit


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    yield storage
    storage.close()


def test_head_names_the_newest_version() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_the_migrations_make_the_tables_the_code_sees(storage: Storage) -> None:
    with storage.reading() as connection:
        assert current_revision(connection) == migrations.HEAD
        assert schema_differences(connection) == []


def test_the_database_itself_allows_one_founder(storage: Storage) -> None:
    with storage.writing() as connection:
        create_user(connection, NewUser("A", "a@b", "hash"), role=ADMIN, is_founder=True)
        create_user(connection, NewUser("B", "b@b", "hash"), role=ADMIN)
    with pytest.raises(IntegrityError, match="founder"), storage.writing() as connection:
        create_user(connection, NewUser("C", "c@b", "hash"), role=ADMIN, is_founder=True)


def test_an_interrupted_change_leaves_nothing(storage: Storage) -> None:
    def interrupted() -> None:
        with storage.writing() as connection:
            create_user(connection, NewUser("A", "a@b", "hash"), role=ADMIN, is_founder=True)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with storage.writing() as connection:
        create_user(connection, NewUser("A", "a@b", "hash"), role=ADMIN, is_founder=True)
