"""Jobs as they are done: by real threads, off a real queue in a file."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.gateway.chats import eventually
from tests.gateway.working import (
    DEADLINE,
    attempts_of,
    change,
    daily,
    rows_of,
    working,
    written_down,
)

from mosaic_gateway.configuration.tier_config import SqliteStorage
from mosaic_gateway.jobs.job import JobError, Work
from mosaic_gateway.jobs.places import open_huey
from mosaic_gateway.migrations.upgrade import upgrade
from mosaic_gateway.storage.opening import open_storage
from mosaic_gateway.storage.pool import Storage

pytestmark = pytest.mark.unit


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = open_storage(SqliteStorage(tmp_path / "mosaic.db"), create=True)
    upgrade(storage)
    yield storage
    storage.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


def is_done(storage: Storage) -> Callable[[], bool]:
    return lambda: bool(rows_of(storage)) and all(r.state == "done" for r in rows_of(storage))


def test_what_is_due_is_done_without_anybody_asking(storage: Storage, file: Path) -> None:
    with working(storage, file, [daily(), daily(name="other")]):
        eventually(is_done(storage), "the jobs are done")
        assert file.stat().st_mode & 0o077 == 0
    assert [(row.name, row.attempts, row.runner) for row in rows_of(storage)] == [
        ("daily", 1, "here"),
        ("other", 1, "here"),
    ]
    # Nothing of it stays in a log beside it, and the end left no thread.
    assert not file.with_name("jobs.db-wal").exists()


def test_what_failed_is_done_when_its_time_has_come(storage: Storage, file: Path) -> None:
    tried = []

    def works_the_second_time(_: Work) -> None:
        tried.append(1)
        if len(tried) == 1:
            raise JobError("not yet")

    with working(storage, file, [daily(works_the_second_time)]) as jobs:
        eventually(lambda: [r.error for r in rows_of(storage)] == ["not yet"], "the jobs are done")
        change(storage, due_at=rows_of(storage)[0].created_at)
        jobs.look()
        eventually(is_done(storage), "the jobs are done")
    [row] = rows_of(storage)
    assert (row.attempts, row.error) == (2, None)


def test_the_end_of_the_gateway_is_waited_for_and_lets_go(storage: Storage, file: Path) -> None:
    begun = threading.Event()

    def goes_on(work: Work) -> None:
        while True:
            work.require_time()
            begun.set()

    with working(storage, file, [daily(goes_on)]):
        assert begun.wait(DEADLINE)
    [row] = rows_of(storage)
    assert (row.state, row.attempts) == ("waiting", 0)
    with working(storage, file, [daily()]):
        eventually(is_done(storage), "the jobs are done")


def test_a_function_that_hangs_holds_nobody_else_up(storage: Storage, file: Path) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def hangs(_: Work) -> None:
        begun.set()
        may_end.wait(DEADLINE)

    with working(storage, file, [daily(hangs, name="hanging"), daily()]):
        assert begun.wait(DEADLINE)
        eventually(lambda: rows_of(storage)[0].state == "done", "the jobs are done")
        may_end.set()
        eventually(is_done(storage), "the jobs are done")


def test_a_function_that_hangs_gets_no_second_thread(storage: Storage) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def hangs(_: Work) -> None:
        begun.set()
        may_end.wait(DEADLINE)

    attempts = attempts_of(storage, daily(hangs))
    [run] = written_down(storage, daily())
    thread = threading.Thread(target=attempts.make, args=(run,))
    thread.start()
    assert begun.wait(DEADLINE)
    # Its time is over, as far as the database is concerned.
    change(storage, state="retrying")
    attempts.make(run)
    assert rows_of(storage)[0].attempts == 1
    may_end.set()
    thread.join()


@pytest.mark.parametrize("content", [b"", b"this is no database" * 300], ids=["empty", "other"])
def test_a_queue_that_cannot_be_read_is_begun_anew(
    storage: Storage, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    with working(storage, file, [daily()]):
        eventually(is_done(storage), "the jobs are done")


def test_where_there_can_be_no_file_jobs_wait_in_memory(
    storage: Storage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (tmp_path / "jobs.db").symlink_to(elsewhere)
    with working(storage, tmp_path / "jobs.db", [daily()]):
        eventually(is_done(storage), "the jobs are done")
    assert elsewhere.read_bytes() == b"mine"
    assert "jobs wait in memory" in caplog.text


def test_what_somebody_else_put_into_the_queue_is_not_believed(
    storage: Storage, file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    victim = tmp_path / "victim"

    def attempt(_: str) -> None:
        pass

    theirs = open_huey(file, "a-secret-of-somebody-else-9876543210")
    theirs.task(name="attempt")(attempt)("an id")
    theirs.storage.close()
    # What a pickle would do that is read before anybody looks at who wrote it.
    order = b"cos\nsystem\n(S'touch %s'\ntR." % bytes(victim)
    with closing(sqlite3.connect(file)) as connection, connection:
        statement = "INSERT INTO task (queue, data) VALUES ('mosaic', ?)"
        connection.executemany(statement, [(order,), (b"",), (order + b":" + b"0" * 40,)])
    with working(storage, file, [daily()]):
        eventually(is_done(storage), "the jobs are done")
    assert not victim.exists()
    # One line for all of them, without a traceback.
    assert caplog.text.count("Error reading from queue (ValueError)") == 1
    assert "Traceback" not in caplog.text
