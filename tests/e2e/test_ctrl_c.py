"""Ctrl-C while the program starts: it always stops, and never with a traceback."""

import os
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

WHILE_A_LOCK_IS_FREED = """
import os, signal, sys
from mosaic_installer.cli import main

def interrupt(frame, event, _argument):
    code = frame.f_code
    if event == "call" and code.co_name == "cb" and "importlib" in code.co_filename:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

sys.setprofile(interrupt)
sys.exit(main(["install", "--dry-run"]))
"""
"""Python itself calls `cb` once the lock of an import is free, and drops what that raises."""
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
    made = made_in(tmp_path_factory.mktemp("environment"))
    assert '" --block-signal=INT ' in made.read_text("utf-8")
    return made


def made_in(environment: Path, **variables: str) -> Path:
    (environment / "bin").mkdir()
    own = Path(sys.executable).parent / "mosaic"
    made = Path(shutil.copy(own, environment / "bin"))
    words = ["sh", "-c", HELD, "sh", str(environment)]
    subprocess.run(words, check=True, cwd=ROOT, env={**os.environ, **variables})
    return made


@pytest.mark.parametrize(
    "look_alike",
    [
        # As BusyBox and macOS say it.
        "#!/bin/sh\necho \"env: unrecognized option '--block-signal=INT'\" >&2\nexit 1\n",
        "#!/bin/sh\necho 'env: illegal option -- -' >&2\nexit 125\n",
        None,
    ],
    ids=["busybox", "macos", "no env"],
)
def test_without_gnus_env_the_command_is_there_all_the_same(
    tmp_path: Path, look_alike: str | None
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sed", "sh"):
        (programs / name).symlink_to(str(shutil.which(name)))
    if look_alike is not None:
        (programs / "env").write_text(look_alike)
        (programs / "env").chmod(0o755)
    made = made_in(tmp_path, PATH=str(programs))
    first = made.read_text("utf-8").splitlines()[:2]
    assert "block-signal" not in "".join(first)
    assert " -I" in "".join(first)
    words = [str(made), "--version"]
    shown = subprocess.run(words, check=True, capture_output=True, text=True, env={"PATH": ""})
    assert shown.stdout.startswith("mosaic ")


def test_an_env_in_a_folder_with_a_space_is_found(tmp_path: Path) -> None:
    programs = tmp_path / "my programs"
    programs.mkdir()
    (programs / "env").symlink_to(str(shutil.which("env")))
    made = made_in(tmp_path, PATH=f"{programs}:{os.environ['PATH']}")
    assert f'"{programs}/env" --block-signal=INT ' in made.read_text("utf-8")
    subprocess.run([str(made), "--version"], check=True, capture_output=True)


def test_ctrl_c_where_python_can_raise_nothing_is_not_lost(site: Site) -> None:
    words = [sys.executable, "-I", "-c", WHILE_A_LOCK_IS_FREED]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env=site.environment()
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr


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
