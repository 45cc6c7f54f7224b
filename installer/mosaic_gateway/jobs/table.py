"""All jobs: a row for each. Functions of the rooms do the work; here stands how often."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from mosaic_gateway.accounts import audit, invitations, sessions
from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.job import Job, JobError, Work
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.turns import recording
from mosaic_gateway.usage import meter, retention

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VECTORS_AT_ONCE = 100


def _sweeping(sweep: Callable[[Connection], bool]) -> Callable[[Work], None]:
    """Remove some at a time, for as long as the function says that there may be more."""

    def function(work: Work) -> None:
        is_more = True
        while is_more:
            work.require_time()
            with work.storage.writing() as connection:
                is_more = sweep(connection)

    return function


def _mark_interrupted(work: Work) -> None:
    with work.storage.writing() as connection:
        recording.mark_interrupted(connection)
        meter.mark_interrupted(connection)


def _forget_runs(work: Work) -> None:
    with work.storage.writing(alone=runs.TURN) as connection:
        runs.forget_old(connection)


def _refresh_catalogue(work: Work) -> None:
    if silent := work.served(lambda: work.models.catalogue.refresh(anew=True)):
        raise JobError(f"no list of models from {', '.join(silent)}")


def _give_vectors(work: Work) -> None:
    """To memories that were kept while no model answered, or have those of another model."""
    try:
        while work.served(lambda: work.meaning.index_all(VECTORS_AT_ONCE)):
            pass
    except ModelError as error:
        raise JobError(f"the model of embeddings failed ({error.fault})") from None


JOBS = (
    Job("audit-clean-up", DAY, _sweeping(audit.sweep_old)),
    Job("session-clean-up", HOUR, _sweeping(sessions.sweep_expired)),
    Job("invitation-clean-up", DAY, _sweeping(invitations.sweep_expired)),
    Job("usage-clean-up", DAY, _sweeping(retention.sweep_old)),
    Job("interrupted-turns", HOUR, _mark_interrupted),
    # A gateway that has just started asks when somebody wants the list.
    Job("catalogue-refresh", 6 * HOUR, _refresh_catalogue, delay=HOUR / 2),
    Job("memory-vectors", HOUR / 4, _give_vectors),
    Job("run-clean-up", DAY, _forget_runs),
)
