"""A database of before there were agents keeps its conversations, and can go on with them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.command import upgrade as alembic_upgrade
from alembic.config import Config
from sqlalchemy import text

from mosaic_gateway import migrations
from mosaic_gateway.accounts.users import ADMIN, NewUser, User, create_user
from mosaic_gateway.agents.agents import Agents
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.turns.conversations import Conversations

pytestmark = pytest.mark.unit

CONVERSATION = "c" * 36
MESSAGES = '[{"role":"user","content":["Hello."]}]'


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """One of version 0005."""
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    with storage.migrating() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        alembic_upgrade(config, "0005")
    yield storage
    storage.close()


def fill(storage: Storage) -> User:
    """A user with a conversation of one turn, as 0005 kept it."""
    with storage.writing() as connection:
        user = create_user(connection, NewUser("Ada", "ada@example.org", "hash"), role=ADMIN)
        values = {
            "id": CONVERSATION,
            "user": user.id,
            "now": datetime(2026, 11, 2, tzinfo=UTC).isoformat(" "),
            "said": MESSAGES,
        }
        connection.execute(
            text("INSERT INTO conversations VALUES (:id, :user, 'Hello', :now, :now)"), values
        )
        connection.execute(
            text(
                "INSERT INTO turns (id, conversation_id, position, state, question, model, task,"
                " reason, started_at, heard_at, runner)"
                " VALUES ('t', :id, 0, 'done', :said, 'm', 'conversation', '', :now, :now, 'r')"
            ),
            values,
        )
        return user


def test_conversations_outlive_the_coming_of_agents(storage: Storage) -> None:
    user = fill(storage)
    assert upgrade(storage)
    found, [turn] = Conversations(storage, user).find(CONVERSATION)
    assert (found.title, turn.question[0].text, turn.agent) == ("Hello", "Hello.", None)
    course, agent = Conversations(storage, user).recall(CONVERSATION)
    assert ([each.text for each in course.messages], agent) == (["Hello."], None)
    # Nor has it a summary, of which there were none before 0011.
    assert course.summary is None
    assert Agents(storage, user).all() == []
