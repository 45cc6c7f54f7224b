"""`/api/admin/jobs`: what the gateway does by itself, and having it tried again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from mosaic_gateway.http.access import AdminCaller, TheServices
from mosaic_gateway.http.models import Wire
from mosaic_gateway.jobs.overview import MOST, USUAL_MOST, Overview
from mosaic_gateway.jobs.runs import State

ROUTES = APIRouter(prefix="/api/admin/jobs", tags=["jobs"])


class JobView(Wire):
    """A run of a job. It begins at `dueAt`, or as soon after as there is time.

    `attempts` are those so far, `startedAt` and `endedAt` are of the last one, and `error` is what
    went wrong last.
    """

    id: str
    name: str
    state: State
    attempts: int
    error: str | None
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def overview_of(caller: AdminCaller, services: TheServices) -> Overview:
    """Every run, in the hands of whoever asks."""
    return Overview(services.storage, caller, services.jobs.wake)


TheOverview = Annotated[Overview, Depends(overview_of)]


@ROUTES.get("")
def list_jobs(
    overview: TheOverview,
    name: Annotated[str | None, Query(max_length=100, pattern="^[ -~]*$")] = None,
    state: Annotated[State | None, Field(strict=False)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL_MOST,
) -> list[JobView]:
    """The latest runs of all jobs, or of one, or in one state."""
    return [JobView.model_validate(each) for each in overview.all(limit, name=name, state=state)]


@ROUTES.post("/{job_id}/retry", status_code=202)
def retry_job(job_id: str, overview: TheOverview) -> JobView:
    """Have a run that is waiting or failed done now."""
    return JobView.model_validate(overview.retry(job_id))
