"""The cases of the checks of what the gateway does by itself."""

from tests.core.expected import Found, Silent

from mosaic_installer.core.job_run import JobRun


def _run(state: str, attempts: int = 1, error: str | None = None) -> JobRun:
    moment = "2026-11-22T07:46:12.5Z"
    return JobRun(
        id="1",
        name="sums",
        state=state,
        attempts=attempts,
        error=error,
        created_at=moment,
        due_at=moment,
        started_at=moment,
        ended_at=None,
    )


CASES: dict[str, list[Found | Silent]] = {
    "jobs-succeed": [
        Found(
            "warning",
            "the job sums fails: too big (3 attempts, last at 2026-11-22 07:46 UTC)",
            {"job_runs": (_run("running", 0), _run("retrying", 3, "too big"), _run("done"))},
            hint="run `mosaic job retry 1`, or wait",
        ),
        Found("warning", "(5 attempts", {"job_runs": (_run("failed", 5, "too big"),)}),
        Silent({"job_runs": (_run("retrying", 1, "too big"), _run("done"))}),
        Silent({"job_runs": (_run("waiting", 0), _run("done"), _run("failed", 5, "too big"))}),
    ],
}
