"""Several gateways on one database and one queue: whatever is to be done, one of them does."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis
from tests.gateway.chats import eventually
from tests.gateway.kinds import ON_ALL
from tests.gateway.working import change, claimed, daily, rows_of, working, written_down

from mosaic_gateway.configuration.tier_config import TierConfig
from mosaic_gateway.jobs.job import Work
from mosaic_gateway.operation.stores import Stores
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage

pytestmark = [pytest.mark.gateway, ON_ALL]

GATEWAYS = 4


@pytest.fixture
def storages(storage: Storage, config: TierConfig) -> Iterator[list[Storage]]:
    """The database, as several gateways have opened it."""
    others = [open_storage(config.storage, create=False) for _ in range(GATEWAYS - 1)]
    yield [storage, *others]
    for each in others:
        each.close()


def test_of_many_that_look_at_once_one_writes_it_down_and_one_begins(
    storages: list[Storage],
) -> None:
    def look(number: int) -> bool:
        mine = storages[number % GATEWAYS]
        return any(claimed(mine, run, f"gateway-{number}") for run in written_down(mine, daily()))

    with ThreadPoolExecutor(2 * GATEWAYS) as pool:
        assert Counter(pool.map(look, range(2 * GATEWAYS))) == {True: 1, False: 2 * GATEWAYS - 1}
    assert len(rows_of(storages[0])) == 1


def test_what_is_due_is_done_by_one_of_them(
    storages: list[Storage], stores: Stores, tmp_path: Path
) -> None:
    done: list[str] = []

    def work(_: Work) -> None:
        done.append("done")

    jobs = [daily(work), daily(work, name="other")]
    with ExitStack() as stack:
        for number, storage in enumerate(storages):
            place = stores.valkey or tmp_path / f"jobs-{number}.db"
            stack.enter_context(working(storage, place, jobs, runner=f"gateway-{number}"))
        eventually(lambda: len(done) == len(jobs), "each job is done")
    assert [(row.name, row.state, row.attempts) for row in rows_of(storages[0])] == [
        ("daily", "done", 1),
        ("other", "done", 1),
    ]
    assert len(done) == len(jobs)


def test_a_queue_that_was_emptied_is_filled_by_the_next_look(
    storage: Storage, stores: Stores, tmp_path: Path
) -> None:
    done: list[str] = []
    place = stores.valkey or tmp_path / "jobs.db"
    with working(storage, place, [daily(lambda _: done.append("done"))]) as jobs:
        eventually(lambda: len(done) == 1, "the job is done")
        eventually(lambda: rows_of(storage)[0].state == "done", "that it is done is written down")
        if stores.valkey:
            Redis(connection_pool=stores.valkey.pool).flushdb()
        change(storage, state="waiting")
        jobs.look()
        eventually(lambda: len(done) == 2, "the job is done again")
