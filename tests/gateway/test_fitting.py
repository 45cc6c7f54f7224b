"""Whom a long conversation is told to as a summary, who writes it, and what is kept: real turns."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from mosaic_gateway.accounts.users import MEMBER, NewUser, User, create_user
from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.models.counting import tokens_in
from mosaic_gateway.models.messages import ANYHOW, Message, Wish
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import End, ModelError, Piece, Text, Usage
from mosaic_gateway.models.prices import Prices
from mosaic_gateway.routing.decision import Routes
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.events import Done, Event, Route
from mosaic_gateway.turns.history import Summary, keep_summary
from mosaic_gateway.turns.question import Question
from mosaic_gateway.turns.turns import Turns
from mosaic_gateway.usage.limits import Limits
from mosaic_gateway.usage.meter import Meter

pytestmark = pytest.mark.unit

READS = 1000
"""Tokens that every model reads; of Ollama the gateway is told so, of others it is not."""
SAID = "word " * 250


class Small(Models):
    """Models that read little: they say that it is too long, or else yes."""

    def __init__(self) -> None:
        named = ("ollama", "zai", "openai")
        contexts = {"ollama": READS}
        rows = [
            ProviderConfig(name, "http://127.0.0.1:1", ("m", "m", "m"), "k", contexts.get(name))
            for name in named
        ]
        super().__init__(rows)
        self.asked: list[tuple[str, Sequence[Message]]] = []

    async def load_prices(self) -> None:
        """They are not needed."""

    async def stream(
        self, provider: str, model: str, messages: Sequence[Message], wish: Wish = ANYHOW
    ) -> AsyncGenerator[Piece]:
        self.asked.append((provider, messages))
        if tokens_in(messages) > READS:
            raise ModelError("too-long", f"{provider} finds the conversation too long")
        yield Text("Yes.")
        yield Usage(1, 1)
        yield End("stop")

    def summarisers(self) -> list[str]:
        """Who was asked for a summary."""
        return [name for name, told in self.asked if told[0].text.startswith("You summarise")]


class World:
    def __init__(self, storage: Storage, user: User) -> None:
        self.storage, self.user, self.models = storage, user, Small()
        self.own = Conversations(storage, user)
        routes = Routes(self.models.providers, {"summarization": (("zai", "m"),)})
        meter = Meter(Limits(None), "r", Prices(self.models.providers.values()))
        self.turns = Turns(self.models, routes, storage, meter, Meaning(storage))

    def ask(self, conversation: str, model: str) -> tuple[str, Event]:
        """The reason that was told last, and the end."""

        async def events() -> list[Event]:
            asked = Question([Message("user", (SAID,))], model, conversation=conversation)
            return [each async for each in self.turns.run(self.user, asked)]

        found = asyncio.run(events())
        return [each.reason for each in found if isinstance(each, Route)][-1], found[-1]

    def long(self, model: str) -> tuple[str, str]:
        """A conversation that is too long for its model by now, and the reason of its last turn."""
        conversation, reason = self.own.create(None).id, ""
        for _ in range(4):
            reason, end = self.ask(conversation, model)
            assert end == Done("stop")
        return conversation, reason


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    with storage.writing() as connection:
        user = create_user(connection, NewUser("A", "a@b", "hash"), role=MEMBER)
    found = World(storage, user)
    yield found
    found.turns.close()
    storage.close()


def test_what_a_provider_finds_too_long_is_told_it_once_more_and_shorter(world: World) -> None:
    conversation, reason = world.long("openai/m")
    assert "a summary by openai/m stands for the first " in reason
    # In pieces, since nobody knows how much it reads.
    pieces = world.models.summarisers()
    assert set(pieces) == {"openai"}
    world.turns.close()
    with world.storage.reading() as connection:
        rows = connection.execute(text("SELECT state FROM usage ORDER BY started_at")).scalars()
        assert list(rows) == ["done"] * 3 + ["failed", "done", *["done"] * len(pieces)]
    _, turns = world.own.find(conversation)
    assert [turn.state for turn in turns] == ["done"] * 4
    assert turns[-1].reason == reason
    course, _ = world.own.recall(conversation)
    assert (len(course.messages), course.summarised) == (8, 3)


def test_the_rules_say_who_writes_it_but_for_whom_somebody_names(world: World) -> None:
    world.long("mosaic/cheap")
    assert set(world.models.summarisers()) == {"zai"}
    world.models.asked.clear()
    world.long("ollama/m")
    assert set(world.models.summarisers()) == {"ollama"}
    # Nobody else has seen a word of it.
    assert {name for name, _ in world.models.asked} == {"ollama"}


def test_a_summary_is_kept_once_and_goes_with_its_conversation(world: World) -> None:
    conversation = world.own.create(None).id
    for said in ("first", "second"):
        made = Summary(3, f"{said} \x00 \ud83d", "m", datetime.now(UTC))
        with world.storage.writing() as connection:
            keep_summary(connection, conversation, made)
    found = world.own.summary(conversation)
    assert found is not None
    assert found.text == "first \x00 \ud83d"
    world.own.remove(conversation)
    with world.storage.writing() as connection:
        keep_summary(connection, conversation, found)
        assert connection.execute(text("SELECT count(*) FROM summaries")).scalar() == 0
