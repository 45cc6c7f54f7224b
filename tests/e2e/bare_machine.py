"""A machine with nothing of ours on it: its own home folder, and pip as it is set up here."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
OURS = ("MOSAIC_", "XDG_", "PYTHON", "VIRTUAL_ENV")
REAL_HOME = Path(pwd.getpwuid(os.getuid()).pw_dir)
PIP_FILES = (REAL_HOME / ".config/pip/pip.conf", REAL_HOME / ".pip/pip.conf")


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a program with this home folder and nothing of this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    for file in PIP_FILES:
        if file.exists():
            kept.setdefault("PIP_CONFIG_FILE", str(file))
    kept.setdefault("PIP_CACHE_DIR", str(REAL_HOME / ".cache/pip"))
    return {**kept, "HOME": str(home), **settings}


def run(
    command: Sequence[object], environ: dict[str, str], *, exit_code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Runs a program without a terminal and expects that exit code."""
    finished = subprocess.run(
        [str(word) for word in command],
        check=False,
        env=environ,
        cwd=environ["HOME"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=480,
    )
    said = f"{command} exited {finished.returncode}\n{finished.stdout}\n{finished.stderr}"
    assert finished.returncode == exit_code, said
    return finished


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def processes_of(folder: Path) -> list[str]:
    """Every process that runs from the folder, in it, or was told about it."""
    found = []
    for process in psutil.process_iter():
        try:
            traces = [*process.cmdline(), process.cwd(), *process.environ().values()]
        except psutil.Error:
            continue
        if any(str(folder) in trace for trace in traces):
            found.append(f"{process.pid} {process.cmdline()}")
    return found
