"""Lists in columns, as people read them: aligned, and with times to the minute."""

import pytest

from mosaic_installer.commands import job, token
from mosaic_installer.core.frozen import replace
from mosaic_installer.core.job_run import JobRun
from mosaic_installer.core.machine.api import TokenRow
from mosaic_installer.ui import output

pytestmark = pytest.mark.unit

MADE, LATER = "2026-11-23T03:09:40.870219Z", "2026-11-24T12:30:00Z"
RUN = JobRun(
    id="1",
    name="run-clean-up",
    state="done",
    attempts=1,
    error=None,
    created_at=MADE,
    due_at=MADE,
    started_at=LATER,
    ended_at=LATER,
)
TOKEN = TokenRow(
    id="1",
    label="laptop",
    created_at=MADE,
    last_used_at=None,
    expires_at=None,
    revoked_at=None,
    is_current=False,
)


def test_all_columns_are_aligned_but_the_last() -> None:
    rows = [("a", "on file", "c of d"), ("id", "-", ""), ("", "", "free text")]
    assert output.lines(rows) == "a   on file  c of d\nid  -\n             free text"


def test_runs_of_jobs_are_aligned_with_what_went_wrong_below() -> None:
    retried = replace(RUN, id="2", name="vectors", state="retrying", attempts=2, error="it broke")
    retried = replace(retried, started_at=None)
    assert list(job.told([RUN, retried])) == [
        "2026-11-24 12:30  done      run-clean-up  1",
        "2026-11-23 03:09  retrying  vectors       2",
        "    2 attempts, next at 2026-11-23 03:09: it broke",
    ]
    assert list(job.told([])) == []


def test_tokens_are_aligned_with_times_to_the_minute() -> None:
    rows = [
        replace(TOKEN, is_current=True, last_used_at=LATER, scopes=("admin", "chat")),
        replace(TOKEN, id="2", label="desk", owner="ada", scopes=("chat",)),
        replace(TOKEN, id="3", revoked_at=LATER),
    ]
    assert output.lines(map(token.told, rows)).split("\n") == [
        "1  on file  admin+chat  created 2026-11-23 03:09  last used 2026-11-24 12:30  laptop",
        "2  valid    chat        created 2026-11-23 03:09  never used                  desk of ada",
        "3  revoked  -           created 2026-11-23 03:09  never used                  laptop",
    ]
