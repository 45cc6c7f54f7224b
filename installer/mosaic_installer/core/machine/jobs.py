"""`JobApi`: the door to what the gateway does by itself."""

from typing import Protocol

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


class JobApi(Protocol):
    """The gateway's contract about jobs. Raises `InstallerError` where it refuses something."""

    def latest(self, most: int, *, name: str | None, state: str | None) -> tuple[JobRun, ...]:
        """Return the latest runs first, `most` at most; of one job, or in one state."""

    def retry(self, run: str) -> JobRun:
        """Have a run done now that is waiting or has failed."""
