"""The table of jobs, and how long what failed waits."""

from pathlib import Path

import pytest

from mosaic_gateway.jobs import runs
from mosaic_gateway.jobs.backing_off import LONGEST, TRIES, wait_after
from mosaic_gateway.jobs.table import JOBS

pytestmark = pytest.mark.unit


def test_waits_are_not_the_same_for_all() -> None:
    assert len({wait_after(1) for _ in range(10)}) > 1
    assert wait_after(TRIES) is None


def test_every_job_is_in_the_docs() -> None:
    told = (Path(__file__).parents[2] / "docs/jobs.md").read_text()
    assert not [each.name for each in JOBS if f"| `{each.name}` |" not in told]


def test_every_job_can_be_written_down() -> None:
    assert len({each.name for each in JOBS}) == len(JOBS)
    for job in JOBS:
        assert len(job.name) <= 100
        # Else it would never count as due, or its lease as one that a wrong clock made.
        assert job.delay < LONGEST, job.name
        assert job.delay < job.every, job.name
        assert job.limit + runs.MARGIN < runs.LONGEST_LEASE, job.name
