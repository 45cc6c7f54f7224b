"""Checks of what the gateway does by itself, as its administrator sees it."""

from collections.abc import Iterable, Iterator

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, warning
from mosaic_installer.core.job_run import JobRun
from mosaic_installer.core.moments import to_the_minute

MANY = 2
"""Attempts after which it is no accident."""


def jobs_succeed(facts: Facts, _answers: Answers) -> Finding | None:
    """A job fails in the background: what it should do is not done, and nobody notices."""
    failing = tuple(failing_jobs(facts.around.job_runs))
    if not failing:
        return None
    retries = " and ".join(f"`mosaic job retry {run.id}`" for run in failing)
    return warning(
        "; ".join(map(_said, failing)),
        f"fix the cause, then run {retries}, or wait: each is tried again by itself",
    )


def failing_jobs(runs: Iterable[JobRun]) -> Iterator[JobRun]:
    """Yield the run of each job that keeps failing; `runs` are the latest first.

    A run that nobody knows the end of yet says nothing: the one before it does.
    """
    seen: set[str] = set()
    for run in runs:
        has_failed = run.state == "failed" or (run.error is not None and run.attempts >= MANY)
        if run.name in seen or not (has_failed or run.state == "done"):
            continue
        seen.add(run.name)
        if run.state != "done":
            yield run


def _said(run: JobRun) -> str:
    times = "attempt" if run.attempts == 1 else f"{run.attempts} attempts"
    when = to_the_minute(run.ended_at or run.started_at or run.created_at)
    return f"the job {run.name} fails: {run.error} ({times}, last at {when} UTC)"
