"""The gateway's contract about jobs, over HTTP."""

from typing import Any
from urllib.parse import quote, urlencode

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.job_run import JobRun
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.machine.gateway_calls import Subject, SubjectCalls

JOBS = "/api/admin/jobs"
MOST = 1000
"""Runs in one answer, which are about as many as the gateway keeps."""
LARGEST = 4 * 1024 * 1024
"""Bytes of that answer."""

_SUBJECT = Subject(
    name="the request about jobs",
    hints={
        "no-such-job": "`mosaic job list` shows the jobs and their ids",
        "job-not-open": "`mosaic job list` shows its state",
        "invalid-property": "change that, and run it again",
    },
    too_large=("that is too long for the gateway", "`mosaic job list` shows the jobs"),
)


class HttpJobs:
    """`JobApi` of the gateway that listens at `gateway.url`, for whom the credential speaks."""

    def __init__(self, gateway: Gateway, credential: Credential) -> None:
        self._calls = SubjectCalls(gateway.url, credential, _SUBJECT, largest=LARGEST)

    def latest(self, most: int, *, name: str | None, state: str | None) -> tuple[JobRun, ...]:
        given = {"limit": str(min(most, MOST)), "name": name, "state": state}
        query = urlencode({key: value for key, value in given.items() if value is not None})
        body = self._calls.ask("GET", f"{JOBS}?{query}").body
        try:
            return tuple(_run(row) for row in body)
        except (KeyError, TypeError, ValueError):
            raise self._calls.nonsense() from None

    def retry(self, run: str) -> JobRun:
        path = f"{JOBS}/{quote(run, safe='', errors='replace')}/retry"
        body = self._calls.ask("POST", path, status=202).body
        try:
            return _run(body)
        except (KeyError, TypeError, ValueError):
            raise self._calls.nonsense() from None


def _run(row: Any) -> JobRun:
    return JobRun(
        id=str(row["id"]),
        name=str(row["name"]),
        state=str(row["state"]),
        attempts=int(row["attempts"]),
        error=row["error"] and str(row["error"]),
        created_at=str(row["createdAt"]),
        due_at=str(row["dueAt"]),
        started_at=row["startedAt"] and str(row["startedAt"]),
        ended_at=row["endedAt"] and str(row["endedAt"]),
    )
