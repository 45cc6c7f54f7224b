"""How what an administrator asks of jobs can be declined."""

from mosaic_gateway.errors import RefusedError


class NoSuchJobError(RefusedError):
    """No run has this id."""

    id = "no-such-job"
    message = "there is no job with this id"


class JobNotOpenError(RefusedError):
    """A run that goes on, or went well."""

    id = "job-not-open"
    message = "this job is running or done; only one that is waiting or failed can be retried"
