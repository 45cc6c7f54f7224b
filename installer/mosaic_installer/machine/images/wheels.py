"""Collect the wheels of the gateway's dependencies on this host, for the system of an image.

pip runs here, where its index, proxies and certificates are set up, and not in the build.
"""

import hashlib
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.files import explained
from mosaic_installer.machine.images import gateway_package
from mosaic_installer.machine.processes.programs import run

TIMEOUT = 900.0
CHECKSUMS = "checksums.json"
# The oldest C libraries that wheels are made for (PEP 600, PEP 656), and older names of some.
OLDEST = {"manylinux": (2, 5), "musllinux": (1, 0)}
OLD_NAMES = ((5, "manylinux1"), (12, "manylinux2010"), (17, "manylinux2014"))


@frozen
class Target:
    """The Python of an image, and the system under it."""

    python: tuple[int, int]
    machine: str
    """The kernel's name of the processor: `x86_64`, `aarch64`."""
    libc: str
    """`manylinux` for glibc, `musllinux` for musl."""
    libc_version: tuple[int, int]

    def options(self) -> list[str]:
        """Return the options that let pip choose wheels for this target."""
        major, minor = self.python
        words = [f"--python-version={major}.{minor}", "--implementation=cp"]
        words += [f"--abi={abi}" for abi in (f"cp{major}{minor}", "abi3", "none")]
        return words + [f"--platform={name}" for name in self._platforms()]

    def _platforms(self) -> list[str]:
        (major, newest), (_, oldest) = self.libc_version, OLDEST[self.libc]
        names = [f"{self.libc}_{major}_{minor}" for minor in range(newest, oldest - 1, -1)]
        if self.libc == "manylinux":
            names += [name for minor, name in OLD_NAMES if minor <= newest]
        return [f"{name}_{self.machine}" for name in (*names, "linux")]


def collect_wheels(target: Target, folder: Path) -> list[Path]:
    """Return the wheels of all that the gateway needs, in `folder` already or fetched into it.

    Raises InstallerError when pip is missing or fails.
    """
    requirements, pins = gateway_package.requirements(), gateway_package.pins()
    key = hashlib.sha256(json.dumps([requirements, pins, target.options()]).encode()).hexdigest()
    kept = folder / key[:16]
    with explained(folder, "write"):
        if not _is_whole(kept):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=folder, prefix="new-") as name:
                _download(requirements, pins, target, Path(name))
                _keep(Path(name) / "wheels", kept)
        return sorted(kept.glob("*.whl"))


def _keep(wheels: Path, kept: Path) -> None:
    """Put new wheels where those of older versions were; another run may have been as fast."""
    for old in kept.parent.glob(f"*/{CHECKSUMS}"):
        if old.parent != kept:
            shutil.rmtree(old.parent, ignore_errors=True)
    if not _is_whole(kept):
        shutil.rmtree(kept, ignore_errors=True)
        wheels.rename(kept)


def _download(requirements: list[str], pins: list[str], target: Target, folder: Path) -> None:
    constraints, wheels = folder / "constraints.txt", folder / "wheels"
    constraints.write_text("\n".join(pins) + "\n")
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary=:all:"]
    options += [f"--dest={wheels}", f"--constraint={constraints}", *target.options()]
    try:
        run((*_pip(folder), "download", *options, *requirements), timeout=TIMEOUT)
    except InstallerError as error:
        words = error.message.partition(" failed: ")[2].replace("ERROR: ", "")
        # Without a connection, all that pip says in the end is that it found nothing.
        raise InstallerError(
            f"pip could not fetch what the gateway needs: {without_secrets(words)}",
            "check that the package index can be reached, and pip's settings "
            "(`python3 -m pip config list`), then run this again",
            identifier="program-failed",
        ) from None
    sums = {path.name: _checksum(path) for path in sorted(wheels.glob("*.whl"))}
    (wheels / CHECKSUMS).write_text(json.dumps(sums))


def without_secrets(text: str) -> str:
    """Return text without what stands before the `@` of an address: a name and a password."""
    return re.sub(r"(?<=://)[^/@\s]+@", "", text)


def _is_whole(folder: Path) -> bool:
    try:
        sums: Any = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        found = {path.name: _checksum(path) for path in folder.glob("*.whl")}
    except (OSError, ValueError):
        return False
    return bool(found) and found == sums


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _pip(folder: Path) -> tuple[str, ...]:
    """The words that start pip: ours, any on PATH, or one that Python brings along."""
    from importlib.util import find_spec

    if find_spec("pip") is not None:
        return (sys.executable, "-I", "-m", "pip")
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return (found,)
    environment = folder / "pip"
    try:
        run((sys.executable, "-I", "-m", "venv", str(environment)), timeout=TIMEOUT)
    except InstallerError:
        raise InstallerError(
            "there is no pip, which fetches what the gateway's image is made of",
            "install it (Debian: `sudo apt-get install python3-pip`), or name a ready image in "
            "MOSAIC_GATEWAY_IMAGE",
            identifier="program-failed",
        ) from None
    return (str(environment / "bin" / "python"), "-I", "-m", "pip")
