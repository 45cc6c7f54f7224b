"""Which Compose there is: the plugin of Docker's command first, then the command of its own."""

from functools import cache
from typing import TYPE_CHECKING

from mosaic_installer.core.containers.version import version_of
from mosaic_installer.core.frozen import frozen
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.processes.programs import run

if TYPE_CHECKING:
    from concurrent.futures import Future

COMMANDS = (("docker", "compose"), ("docker-compose",))
OLDEST = (1, 28)  # the first that reads the Compose Specification
TIMEOUT = 10.0
INSTALL = "install the plugin: https://docs.docker.com/compose/install/linux/"


@frozen
class Compose:
    """The words that start it; none when `problem` says why there is nothing to be used."""

    command: tuple[str, ...] = ()
    version: str = ""
    problem: str = ""


def find_compose() -> Compose:
    """Return the Compose to use; asked once in a run."""
    return begin_to_find_compose().result()


@cache
def begin_to_find_compose() -> "Future[Compose]":
    """Ask for the Compose to use, and do not wait: it is the slowest of all that is asked."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1)
    found = pool.submit(_look)
    pool.shutdown(wait=False)
    return found


def _look() -> Compose:
    refused = None
    for command in COMMANDS:
        text = _version(command)
        if version_of(text) >= OLDEST:
            return Compose(command=command, version=text)
        if text and refused is None:
            refused = Compose(version=text, problem=_refusal(command, text))
    return refused or Compose(problem=f"there is no Compose; {INSTALL}")


def _version(command: tuple[str, ...]) -> str:
    """Return what it calls its version, nothing when it is not here."""
    from shutil import which

    if which(command[0]) is None:
        return ""
    try:
        said = run((*command, "version", "--short"), timeout=TIMEOUT)
    except InstallerError:
        return ""
    lines = said.split()
    return lines[-1].removeprefix("v") if lines else ""


def _refusal(command: tuple[str, ...], text: str) -> str:
    oldest = ".".join(map(str, OLDEST))
    name = " ".join(command)
    return f"`{name}` is version {text}, and {oldest} or later is needed; {INSTALL}"
