"""`JobApi`: the door to what the gateway does by itself."""

from typing import Protocol

from mosaic_installer.core.job_run import JobRun


class JobApi(Protocol):
    """The gateway's contract about jobs. Raises `InstallerError` where it refuses something."""

    def latest(self, most: int, *, name: str | None, state: str | None) -> tuple[JobRun, ...]:
        """Return the latest runs first, `most` at most; of one job, or in one state."""

    def retry(self, run: str) -> JobRun:
        """Have a run done now that is waiting or has failed."""
