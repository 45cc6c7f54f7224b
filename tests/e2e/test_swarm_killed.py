"""An installation on a Swarm that is killed, wherever it is, is ended by the next run."""

import shutil
import time
from pathlib import Path

import pytest
from tests.e2e.journal_killer import killed_everywhere, killed_install
from tests.e2e.program import EMAIL
from tests.e2e.stack import Stack
from tests.e2e.swarm import ON_SWARM, docker, left, permits, sql, tasks_of
from tests.measured import Tell

pytestmark = [pytest.mark.install, pytest.mark.sampled(0)]

CHANGES = "before machine.engine.swarm.changes:Changes"
WAITING = "before machine.engine.swarm.waiting:Waiting.wait"
WITHIN = (
    f"{CHANGES}.create 1",  # there are a network, secrets and configs
    f"{CHANGES}.create 2",  # the first server is there, too
    f"{WAITING} 1",  # all servers are, and start
    f"{CHANGES}.take_permits 1",  # they run, and could still begin with empty volumes
    f"{WAITING} 2",  # they start once more, without the permits
    f"{CHANGES}.create 1",  # the servers are done; no job migrates the database yet
    "before machine.engine.swarm.migration:_ended 1",  # the job runs
    f"{CHANGES}.set 1",  # it has migrated the database, and there is no gateway
    "before core.actions.administrator:save_token 1",  # the administrator's token is lost
)
"""Places within the long steps, where the journal has no line, as runs come to them in turn: each
number counts the calls of its run."""
FIRST = ("done MakeDirectory 1", "begun MakeDirectory 2", "done MakeDirectory 2")
"""Lines that only the very first run has: to write the journal makes the folder that it lies in."""


@pytest.fixture
def stack(swarm_stack: Stack) -> Stack:
    swarm_stack.run("cluster", "init", "--address", "10.99.0.1")
    return swarm_stack


@pytest.mark.timeout(1800)
def test_it_goes_on_where_it_was_killed_at_every_line_of_the_journal(
    stack: Stack, tmp_path: Path, measured: Tell
) -> None:
    began = time.monotonic()
    for line in FIRST:
        killed_install(stack, tmp_path, line, **ON_SWARM)
        killed_install(stack, tmp_path, "begun GenerateSecrets 1", **ON_SWARM)
        shutil.rmtree(stack.site.home)
    lines = killed_everywhere(stack, tmp_path, **ON_SWARM)
    seconds = time.monotonic() - began
    measured(f"killed at {len(FIRST) + len(lines)} lines of the journal in {seconds:.0f} s")
    begun, done = ([line for line in lines if line.startswith(word)] for word in ("begun", "done"))
    assert [line.partition(" ")[2] for line in begun[1:]] == [
        line.partition(" ")[2] for line in done
    ]
    assert any("Start the gateway as a service" in line for line in done)
    check_whole(stack)


@pytest.mark.timeout(1800)
def test_it_goes_on_where_it_was_killed_within_a_step(
    stack: Stack, tmp_path: Path, measured: Tell
) -> None:
    began = time.monotonic()
    for place in WITHIN:
        killed_install(stack, tmp_path, place, **ON_SWARM)
        measured(f"{place}: {time.monotonic() - began:.0f} s")
    stack.install("--yes", **ON_SWARM)
    measured(f"killed at {len(WITHIN)} places in {time.monotonic() - began:.0f} s")
    check_whole(stack)


def check_whole(stack: Stack) -> None:
    """Look at an installation that was ended, and leave nothing of it."""
    assert stack.site.has_working_token()
    assert sql(stack, "SELECT email FROM users WHERE role = 'admin'") == EMAIL
    assert permits() == []
    assert len(tasks_of(stack)) == len(docker("service", "ls", "--quiet").split()) == 3
    assert "Already up to date" in stack.run("install", "--yes").said
    stack.run("uninstall", "--purge", "--yes")
    assert left() == ""
    docker("swarm", "leave", "--force")
