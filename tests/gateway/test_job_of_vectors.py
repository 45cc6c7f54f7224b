"""The job that gives vectors to memories without one, or with one of another model."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.gateway.meanings import SPACE, Asked, meaning

from mosaic_gateway.accounts.users import MEMBER, NewUser, create_user
from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.jobs import table
from mosaic_gateway.jobs.job import JobError, Parts, Work
from mosaic_gateway.memory.meaning import Meaning
from mosaic_gateway.memory.memories import Memories
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.models.models import Models
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage
from mosaic_gateway.storage.tables import MEMORY_VECTORS

pytestmark = pytest.mark.unit

[JOB] = [each for each in table.JOBS if each.name == "memory-vectors"]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    with storage.writing() as connection:
        user = create_user(connection, NewUser("A", "a@example.org", "hash"), role=MEMBER)
    for number in range(5):
        Memories(storage, user).add(f"tea {number}")
    yield storage
    storage.close()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One that runs, as that of a gateway does."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def attempt(means: Meaning, loop: asyncio.AbstractEventLoop, limit: timedelta = JOB.limit) -> None:
    parts = Parts(means.storage, Models([]), means, "here")
    JOB.function(Work(parts, loop, limit, threading.Event()))


def models(storage: Storage) -> list[str]:
    with storage.reading() as connection:
        return list(connection.execute(select(MEMORY_VECTORS.c.model)).scalars())


def test_all_have_one_of_the_model_of_today(
    storage: Storage, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "VECTORS_AT_ONCE", 2)  # so that it takes several turns
    attempt(meaning(storage, Asked()), loop)
    assert models(storage) == [SPACE.model] * 5
    attempt(meaning(storage, Asked(), replace(SPACE, model="ollama/another")), loop)
    assert set(models(storage)) == {"ollama/another"}
    asked = Asked()
    attempt(meaning(storage, asked, replace(SPACE, model="ollama/another")), loop)
    assert asked.texts == [], "nothing is made twice"


def test_a_model_that_fails_is_named_and_what_was_made_is_kept(
    storage: Storage, loop: asyncio.AbstractEventLoop
) -> None:
    asked = Asked()
    asked.fails = "unreachable"
    with pytest.raises(JobError, match="the model of embeddings failed \\(unreachable\\)"):
        attempt(meaning(storage, asked), loop)


def test_what_takes_too_long_is_given_up(storage: Storage, loop: asyncio.AbstractEventLoop) -> None:
    asked = Asked()
    asked.hangs = True
    for limit in (timedelta(), timedelta(seconds=0.2)):
        with pytest.raises(JobError, match=r"it took longer than \S+ minutes"):
            attempt(meaning(storage, asked), loop, limit)
