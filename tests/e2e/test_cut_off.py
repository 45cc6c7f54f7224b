"""A rotation or a recovery that is killed at any of its steps: the next run ends it."""

import subprocess
import textwrap
from pathlib import Path

import pytest
from tests.e2e.program import DEADLINE, PROGRAM, Site
from tests.sampling import Draw

pytestmark = pytest.mark.install

# Python runs a module of this name at its start: here it kills the program, with SIGKILL, right
# before or after its n-th contact with the world outside. The product knows nothing of it. With no
# such contact it counts them.
KILLER = """
    import atexit, os, signal
    from mosaic_installer.machine import files, gateway_calls
    from mosaic_installer.machine.processes import programs

    left = [int(os.environ["KILL_AT"])]

    def deadly(function):
        def run(*words, **named):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*words, **named)
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return run

    files.LocalFiles.write = deadly(files.LocalFiles.write)
    files.LocalFiles.remove = deadly(files.LocalFiles.remove)
    gateway_calls.GatewayCalls.call = deadly(gateway_calls.GatewayCalls.call)
    import mosaic_installer.machine.processes.host_authority as host
    host.run = deadly(host.run)

    def note():
        if left[0] < 0:
            with open(os.path.join(os.path.dirname(__file__), "counted"), "w") as file:
                file.write(str(-left[0]))

    atexit.register(note)
"""
DRAWN = 6


@pytest.fixture
def killer(tmp_path: Path) -> Path:
    folder = tmp_path / "killer"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(textwrap.dedent(KILLER))
    return folder


def run_until(site: Site, killer: Path, words: tuple[str, ...], step: int) -> int:
    """Run the program, killed at that step, and return its exit code."""
    variables = site.environment(PYTHONPATH=str(killer), KILL_AT=str(step))
    done = subprocess.run(
        (*PROGRAM, *words), env=variables, capture_output=True, timeout=DEADLINE, check=False
    )
    return done.returncode


def working_tokens(site: Site) -> int:
    rows = site.run("token", "list", "--json").document
    return sum(row["revoked"] is None for row in rows)


def steps_of(site: Site, killer: Path, words: tuple[str, ...]) -> range:
    """Run the program to its end; the steps at which it could have been killed."""
    assert run_until(site, killer, words, 0) == 0
    steps = range(1, int((killer / "counted").read_text()) + 1)
    assert len(steps) > 10, "there were hardly any steps to be killed at"
    return steps


def test_rotation_killed_at_any_step_ends_with_one_token(
    installed: Site, killer: Path, sampled: Draw
) -> None:
    site, words = installed, ("token", "rotate")
    for step in sampled(steps_of(site, killer, words), DRAWN):
        assert run_until(site, killer, words, step) == -9, f"at step {step}"
        site.run("install", "--yes")
        assert site.has_working_token(), f"after step {step}"
        assert working_tokens(site) == 1, f"after step {step}"


def test_recovery_killed_at_any_step_ends_with_one_more_token(
    installed: Site, killer: Path, sampled: Draw
) -> None:
    site, words = installed, ("token", "recover")
    site.token_file.unlink()
    for step in sampled(steps_of(site, killer, words), DRAWN):
        # The lost token stays: it was used, and may be in somebody's script.
        before = working_tokens(site)
        site.token_file.unlink()
        assert run_until(site, killer, words, step) == -9, f"at step {step}"
        site.run("install", "--yes")
        assert site.has_working_token(), f"after step {step}"
        assert working_tokens(site) == before + 1, f"after step {step}"
