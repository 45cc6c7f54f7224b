"""What the gateway did by itself, for whoever looks at the whole installation."""

import time

from mosaic_installer.commands.authority import need_working_token
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.job_run import JobRun
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.asked import Asked
from mosaic_installer.machine.jobs_api import MOST, HttpJobs
from mosaic_installer.machine.local import LocalMachine


def job_runs(machine: LocalMachine, gateway: Gateway, seconds: float) -> tuple[JobRun, ...]:
    """Return the latest runs of all jobs; none where nobody can be asked, or not in time.

    Why that is so is for others to say: they look at the gateway and at its token.
    """
    asked = Asked(lambda: _runs(machine, gateway))
    return asked.answer(time.monotonic() + seconds) or ()


def _runs(machine: LocalMachine, gateway: Gateway) -> tuple[JobRun, ...]:
    try:
        credential = need_working_token(gateway, machine)
        return HttpJobs(gateway, credential).latest(MOST, name=None, state=None)
    except InstallerError:
        return ()
