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
from mosaic_gateway.accounts.bearers import caller_of_token
from mosaic_gateway.accounts.callers import EVERY_SCOPE
from mosaic_gateway.accounts.sessions import DatabaseSessionStore, Sessions
from mosaic_gateway.accounts.users import find_user, list_users
from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.tier_config import read_tier_config
from mosaic_gateway.errors import NewerSchemaError
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
PLAINTEXT = "mosaic_of_long_ago"
TOKEN = "INSERT INTO tokens VALUES ('t', '1', 'laptop', :digest, :now, NULL, NULL, NULL)"
OTHERS = "INSERT INTO users VALUES (:id, 'X', :email, :key, 'admin', 'hash', NULL, :now)"
COMPOSED, DECOMPOSED = "jos\u00e9@b", "jose\u0301@b"


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
        token = hashlib.sha256(PLAINTEXT.encode()).hexdigest()
        connection.execute(text(TOKEN), {"digest": token, "now": _moment(now, storage)})
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


def test_tokens_keep_what_they_could_do(first: Storage) -> None:
    assert upgrade(first)
    caller = caller_of_token(first, PLAINTEXT, "192.0.2.1")
    assert caller is not None
    assert (caller.user.id, caller.token_id, caller.scopes) == ("1", "t", EVERY_SCOPE)


@pytest.mark.parametrize("emails", [[DECOMPOSED], [DECOMPOSED, COMPOSED], [COMPOSED, DECOMPOSED]])
def test_addresses_that_look_alike_become_one_and_no_account_is_lost(
    first: Storage, emails: list[str]
) -> None:
    with first.writing() as connection:
        for number, email in enumerate(emails):
            row = {"id": f"x{number}", "email": email, "key": email.lower()}
            connection.execute(text(OTHERS), row | {"now": _moment(datetime.now(UTC), first)})
    assert upgrade(first)
    with first.reading() as connection:
        found = find_user(connection, DECOMPOSED)
        kept = {user.email for user in list_users(connection)}
    assert found is not None
    assert found.email == (COMPOSED if COMPOSED in emails else DECOMPOSED)
    assert kept == {"a@b", *emails}


def _moment(moment: datetime, storage: Storage) -> object:
    with storage.reading() as connection:
        is_text = connection.dialect.name == "sqlite"
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if is_text else moment


def test_a_newer_schema_is_used_where_it_says_that_it_may_be(first: Storage) -> None:
    assert upgrade(first)
    _set(first, "alembic_version", version_num="9999")
    assert not upgrade(first)
    _set(first, "compatibility", compatible_from="9998")
    with pytest.raises(NewerSchemaError, match="version `9999`"):
        upgrade(first)


def _set(storage: Storage, table: str, **values: str) -> None:
    ((column, value),) = values.items()
    with storage.writing() as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = :value"), {"value": value})  # noqa: S608
