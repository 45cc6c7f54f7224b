"""A run of one of the gateway's jobs, as its administrator sees it."""

from mosaic_installer.core.frozen import frozen


@frozen
class JobRun:
    """A run of a job; moments in UTC, as ISO 8601. `error` is what went wrong last."""

    id: str
    name: str
    state: str
    attempts: int
    error: str | None
    created_at: str
    due_at: str
    started_at: str | None
    ended_at: str | None
