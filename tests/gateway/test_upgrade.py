"""A database of an earlier version keeps everything when this one opens it."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.command import upgrade as alembic_upgrade
from alembic.config import Config
from sqlalchemy import text
from tests.gateway.process import SECRET, Home

from mosaic_gateway import migrations
from mosaic_gateway.accounts.sessions import DatabaseSessionStore, Sessions
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.tier_config import read_tier_config
from mosaic_gateway.migrations.upgrade import current_revision, upgrade
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["sqlite", "postgres"], indirect=True, scope="session"),
]

KEY = "the key in ada's cookie"
USER = "INSERT INTO users VALUES ('1', 'Ada', 'a@b', 'a@b', 'admin', 'hash', 1, :now)"
SESSION = "INSERT INTO sessions VALUES (:digest, '1', :later)"


@pytest.fixture
def first(home: Home) -> Iterator[Storage]:
    """A database as the first version left it, with a user who is signed in."""
    environment = Environment(home.backing.environment(), None)
    config = read_tier_config(home.config, lambda: environment)
    storage = open_storage(config.storage, create=True)
    now = datetime.now(UTC)
    digest = hmac.new(SECRET.encode(), KEY.encode(), hashlib.sha256).hexdigest()
    with storage.migrating() as connection:
        alembic = Config(attributes={"connection": connection})
        alembic.set_main_option("script_location", str(Path(migrations.__file__).parent))
        alembic_upgrade(alembic, "0001")
    with storage.writing() as connection:
        connection.execute(text(USER), {"now": _moment(now, storage)})
        later = _moment(now + timedelta(days=1), storage)
        connection.execute(text(SESSION), {"digest": digest, "later": later})
    yield storage
    storage.close()


def test_who_was_signed_in_stays_signed_in(first: Storage) -> None:
    assert upgrade(first)
    with first.reading() as connection:
        assert current_revision(connection) == migrations.HEAD
    signed_in = Sessions(first, DatabaseSessionStore(first), SECRET).find(KEY)
    assert signed_in is not None
    assert (signed_in.user.id, signed_in.user.email) == ("1", "a@b")


def _moment(moment: datetime, storage: Storage) -> object:
    with storage.reading() as connection:
        is_text = connection.dialect.name == "sqlite"
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if is_text else moment
