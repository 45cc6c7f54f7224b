"""Ctrl-C while the program starts: it always stops, and never with a traceback."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from tests.e2e.bare_machine import ROOT
from tests.e2e.program import DEADLINE, Site
from tests.e2e.terminal import CTRL_C, WINDOW

pytestmark = pytest.mark.wizard

MOMENTS = range(0, 550, 5)
HELD = """set -eu
main() { :; }
eval "$(sed -e '/^main /d' scripts/install.sh)"
environment=$1
isolate mosaic
hold_ctrl_c mosaic
"""


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as scripts/install.sh leaves it, of this checkout's own environment."""
    environment = tmp_path_factory.mktemp("environment")
    (environment / "bin").mkdir()
    own = Path(sys.executable).parent / "mosaic"
    made = Path(shutil.copy(own, environment / "bin"))
    subprocess.run(["sh", "-c", HELD, "sh", environment], check=True, cwd=ROOT)
    assert " --block-signal=INT " in made.read_text("utf-8")
    return made


@pytest.mark.sampled(8)
@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_while_it_starts_stops_it_without_a_traceback(
    site: Site, command: Path, moment: int
) -> None:
    child = pexpect.spawn(
        str(command),
        ["install"],
        env=site.environment(**WINDOW),
        cwd=str(site.user),
        timeout=DEADLINE,
        encoding="utf-8",
        codec_errors="replace",
    )
    time.sleep(moment / 1000)
    child.send(CTRL_C)
    shown = child.read()
    child.close()
    assert "Traceback" not in shown
    assert "Fatal" not in shown
    assert (child.exitstatus, child.signalstatus) in {(130, None), (None, 2)}, shown
    assert not site.home.exists()
