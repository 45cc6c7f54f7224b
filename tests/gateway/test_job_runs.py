"""What the database decides about jobs: whose turn it is, who does it, and what follows."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.gateway.kinds import ON_ALL
from tests.gateway.working import DAY, attempts_of, change, claimed, daily, rows_of, written_down

from mosaic_gateway.errors import StorageError
from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.backing_off import TRIES
from mosaic_gateway.jobs.errors import JobNotOpenError, NoSuchJobError
from mosaic_gateway.jobs.job import JobError, StoppedError, Work
from mosaic_gateway.storage.pool import Storage

pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_ALL]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


def test_a_turn_makes_one_run_however_often_somebody_looks(storage: Storage) -> None:
    for hour in (0, 1, 11):
        written_down(storage, daily(), at=NOON + timedelta(hours=hour))
    [row] = rows_of(storage)
    assert (row.slot, row.state, row.attempts) == ("2026-11-22T00:00+00:00", "waiting", 0)


def test_turns_that_were_missed_are_one_run(storage: Storage) -> None:
    written_down(storage, daily(), at=NOON)
    # Nobody had time for days: what is open is still to be done, once.
    written_down(storage, daily(), at=NOON + 5 * DAY)
    assert len(rows_of(storage)) == 1
    change(storage, state="done")
    written_down(storage, daily(), at=NOON + 9 * DAY)
    assert [row.slot[:10] for row in rows_of(storage)] == ["2026-11-22", "2026-12-01"]


def test_what_is_looked_at_first_says_the_same_as_what_is_written(storage: Storage) -> None:
    def is_wanted(at: datetime) -> bool:
        with storage.reading() as connection:
            return runs.is_wanted(connection, [daily(), daily(name="other")], at)

    assert is_wanted(NOON)
    written_down(storage, daily(), at=NOON)
    assert is_wanted(NOON)
    written_down(storage, daily(name="other"), at=NOON)
    assert not is_wanted(NOON + DAY)
    change(storage, state="done")
    assert not is_wanted(NOON)
    assert is_wanted(NOON + DAY)
    change(storage, state="running", leased_until=LONG_AGO)
    assert is_wanted(NOON)


def test_two_runs_of_a_job_go_on_one_after_the_other(storage: Storage) -> None:
    [first] = written_down(storage, daily(), at=NOON)
    change(storage, state="failed")
    [second] = written_down(storage, daily(), at=NOON + DAY)
    with storage.writing() as connection:
        runs.have_again(connection, first, NOON)
    assert claimed(storage, first)
    assert claimed(storage, second) is None


def test_a_failure_is_told_and_tried_again_until_it_is_enough(storage: Storage) -> None:
    def fails(_: Work) -> None:
        raise JobError("no list of models from zai\x00é")

    attempts = attempts_of(storage, daily(fails))
    [run] = written_down(storage, daily())
    waits = []
    for number in range(1, TRIES):
        attempts.make(run)
        [row] = rows_of(storage)
        assert (row.state, row.attempts) == ("retrying", number)
        waits.append((row.due_at - row.ended_at).total_seconds())
        attempts.make(run)
        assert rows_of(storage)[0].attempts == number, "before it is due again"
        change(storage, due_at=LONG_AGO)
    attempts.make(run)
    [row] = rows_of(storage)
    assert (row.state, row.attempts) == ("failed", TRIES)
    assert row.error == "no list of models from zai??"
    for wait, usual in zip(waits, (60, 240, 960, 3840), strict=True):
        assert 0.75 * usual <= wait <= 1.25 * usual


def test_what_is_not_expected_is_not_told(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Work) -> None:
        raise ValueError("the key is sk-secret")

    [run] = written_down(storage, daily(fails))
    attempts_of(storage, daily(fails)).make(run)
    error = rows_of(storage)[0].error
    assert error == "internal error (ValueError); the gateway's log has the details"
    assert "daily: failed" in caplog.text


def test_a_database_that_fails_a_job_is_told_without_where_it_is(storage: Storage) -> None:
    def fails(_: Work) -> None:
        raise StorageError("the database `/home/ada/x.db` is locked", "wait", brief="is locked")

    [run] = written_down(storage, daily(fails))
    attempts_of(storage, daily(fails)).make(run)
    assert rows_of(storage)[0].error == "the database is locked"


def test_a_job_that_is_no_more_fails_at_once(storage: Storage) -> None:
    [run] = written_down(storage, daily(name="of-another-version"))
    attempts_of(storage, daily()).make(run)
    [row] = rows_of(storage)
    assert (row.state, row.error) == ("failed", "this version of the gateway has no such job")


def test_what_a_gateway_left_is_tried_again_by_the_next_one_of_its_name(storage: Storage) -> None:
    [run] = written_down(storage, daily())
    for number in range(1, TRIES + 1):
        assert claimed(storage, run)
        with storage.writing() as connection:
            assert runs.recover(connection, datetime.now(UTC), "another") == 0
            assert runs.recover(connection, datetime.now(UTC), "here") == 1
        [row] = rows_of(storage)
        # One that ends the gateway each time does not do so for ever.
        assert row.state == ("retrying" if number < TRIES else "failed")
        assert row.error == "the gateway ended while it ran"
        change(storage, due_at=LONG_AGO)


def test_what_nobody_ended_in_time_is_anybodys(storage: Storage) -> None:
    [run] = written_down(storage, daily())
    mine = claimed(storage, run)
    assert mine
    with storage.writing() as connection:
        assert runs.recover(connection, datetime.now(UTC) + timedelta(hours=1)) == 1
    change(storage, due_at=LONG_AGO)
    assert claimed(storage, run, "another")
    # Whoever comes late has no say any more.
    with storage.writing() as connection:
        runs.finish(connection, mine)
        runs.fail(connection, mine, "late")
        runs.give_back(connection, mine)
    [row] = rows_of(storage)
    assert (row.state, row.runner, row.attempts) == ("running", "another", 2)


def test_a_clock_that_is_set_back_holds_nothing_up(storage: Storage) -> None:
    ahead = datetime.now(UTC) + 1000 * DAY
    written_down(storage, daily(), at=ahead)
    now = datetime.now(UTC)
    with storage.writing() as connection:
        [run] = runs.due(connection, now)
    assert claimed(storage, run)
    change(storage, leased_until=ahead)
    with storage.writing() as connection:
        assert runs.recover(connection, now) == 1


def test_what_is_stopped_is_given_back_and_was_no_failure(storage: Storage) -> None:
    def is_stopped(_: Work) -> None:
        raise StoppedError

    [run] = written_down(storage, daily(is_stopped))
    attempts_of(storage, daily(is_stopped)).make(run)
    [row] = rows_of(storage)
    assert (row.state, row.attempts, row.error) == ("waiting", 0, None)


def test_a_job_that_takes_too_long_is_told_so(storage: Storage) -> None:
    job = daily(lambda work: work.require_time(), limit=timedelta())
    [run] = written_down(storage, job)
    attempts_of(storage, job).make(run)
    assert rows_of(storage)[0].error == "it took longer than 0 minutes"


def test_whoever_asks_has_a_failed_run_as_often_again(storage: Storage) -> None:
    [run] = written_down(storage, daily())
    change(storage, state="failed", attempts=TRIES, error="why")
    with storage.writing() as connection:
        runs.have_again(connection, run, NOON)
    [row] = rows_of(storage)
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "why")
    change(storage, state="retrying", attempts=3)
    with storage.writing() as connection:
        runs.have_again(connection, run, NOON)
    assert (rows_of(storage)[0].state, rows_of(storage)[0].attempts) == ("retrying", 3)
    for state in ("running", "done"):
        change(storage, state=state)
        with pytest.raises(JobNotOpenError), storage.writing() as connection:
            runs.have_again(connection, run, NOON)
    with pytest.raises(NoSuchJobError), storage.writing() as connection:
        runs.have_again(connection, "nobody's", NOON)


def test_of_what_has_ended_the_latest_is_kept(storage: Storage) -> None:
    for day in range(5):
        written_down(storage, daily(), daily(name="other"), at=NOON + day * DAY)
        change(storage, state="done")
    written_down(storage, daily(), at=NOON + 5 * DAY)
    with storage.writing() as connection:
        runs.forget_old(connection, 3)
    slots = [row.slot[8:10] for row in rows_of(storage) if row.name == "daily"]
    assert slots == ["24", "25", "26", "27"]
    assert len(rows_of(storage)) == 4 + 3
