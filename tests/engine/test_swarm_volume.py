"""How a service of a Swarm that has a volume starts: alone, and never anew by itself.

Its program is a stand-in here; test_swarm_losses.py has the real servers.
"""

import subprocess
from pathlib import Path

import pytest

from mosaic_installer.core.containers.swarm import EXECUTE, GUARD, LOCK, PERMIT

pytestmark = pytest.mark.install

SERVE = "echo serving; cat; echo ended"
WAITING = "waiting for a former container of this service, which still uses the volume\n"


def start(volume: Path, script: str = LOCK, **variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        ("/bin/sh", "-c", script + EXECUTE, str(volume), "/bin/sh", "-c", SERVE),
        env={"PATH": "/usr/bin:/bin", **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_what_is_started_waits_for_all_that_still_uses_the_volume(tmp_path: Path) -> None:
    with start(tmp_path) as former:
        assert line_of(former) == "serving\n"
        with start(tmp_path) as later:
            assert later.stderr is not None
            assert later.stderr.readline() == WAITING
            former.terminate()
            # The shell is gone, but a child of it is not.
            assert former.wait(60) != 0
            assert later.poll() is None
            assert former.stdin is not None
            former.stdin.close()
            assert line_of(later) == "serving\n"
            assert later.communicate("")[0] == "ended\n"


def test_only_a_permit_lets_it_begin_with_nothing(tmp_path: Path) -> None:
    with start(tmp_path, LOCK + GUARD) as refused:
        assert refused.communicate("")[1].startswith("error: the volume on this node is empty")
        assert refused.returncode == 1
    with start(tmp_path, LOCK + GUARD, **{PERMIT: "yes"}) as permitted:
        assert permitted.communicate("")[0] == "serving\nended\n"
    (tmp_path / "PG_VERSION").touch()
    with start(tmp_path, LOCK + GUARD) as later:
        assert later.communicate("")[0] == "serving\nended\n"
