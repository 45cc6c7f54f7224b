"""A rescue of the database that is killed at any of its steps: the next run ends it."""

import subprocess
import textwrap
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from tests.e2e.program import DEADLINE, PROGRAM, Site
from tests.e2e.recovering import api, delete, folder, labels
from tests.sampling import Draw

pytestmark = pytest.mark.install

# Python runs a module of this name at its start: here it kills the program, with SIGKILL, before or
# after its n-th step. With no such step it counts them.
KILLER = """
    import atexit, os, signal
    from mosaic_installer.machine import local_database
    from mosaic_installer.machine.processes import daemon, held_database
    from mosaic_installer.machine.records import journal

    left = [int(os.environ["KILL_AT"])]

    def die():
        left[0] -= 1
        if left[0] == 0:
            kill(os.getpid(), signal.SIGKILL)

    def deadly(function):
        def run(*words, **named):
            die()
            result = function(*words, **named)
            die()
            return result
        return run

    kill = os.kill
    deadly_kill = deadly(kill)
    # How often it is asked whether a process lives depends on the machine; that changes nothing.
    os.kill = lambda pid, number: (deadly_kill if number else kill)(pid, number)
    held_database._copy = deadly(held_database._copy)
    local_database._damage_of = deadly(local_database._damage_of)
    local_database.sync_directory = deadly(local_database.sync_directory)
    daemon.Daemon.stop = deadly(daemon.Daemon.stop)
    daemon.Daemon.start = deadly(daemon.Daemon.start)
    journal.Journal.record = deadly(journal.Journal.record)

    def note():
        if left[0] < 0:
            with open(os.path.join(os.path.dirname(__file__), "counted"), "w") as file:
                file.write(str(-left[0]))

    atexit.register(note)
"""
DRAWN = 6


def run_until(site: Site, killer: Path, step: int) -> int:
    """Let doctor mend it, killed at that step, and return its exit code."""
    return subprocess.run(
        (*PROGRAM, "doctor", "--fix"),
        env=site.environment(PYTHONPATH=str(killer), KILL_AT=str(step)),
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    ).returncode


@pytest.mark.timeout(3600)
def test_a_rescue_that_is_killed_at_any_step_is_ended_by_the_next_run(
    used: Site, tmp_path: Path, sampled: Draw
) -> None:
    killer = tmp_path / "killer"
    killer.mkdir()
    (killer / "sitecustomize.py").write_text(textwrap.dedent(KILLER))
    delete(used.home / "data")
    assert run_until(used, killer, 0) == 0
    steps = range(1, int((killer / "counted").read_text()) + 1)
    assert len(steps) > 30, "there were hardly any steps to be killed at"
    written = labels(used)
    for step in sampled(steps, DRAWN):
        delete(used.home / "data")
        assert run_until(used, killer, step) == -9, f"at step {step}"
        with suppress(httpx.HTTPError, psutil.Error, ValueError, OSError, AssertionError):
            # A gateway that goes on is not halted, and is believed until the next run.
            assert used.gateway().status() != psutil.STATUS_STOPPED
            api(used, "POST", json={"label": f"after step {step}"})
            written.add(f"after step {step}")
        used.run("install", "--yes")
        assert written <= labels(used), f"after step {step}"
        assert folder(used) == {"mosaic.db"}, f"after step {step}"
