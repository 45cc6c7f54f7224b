"""Checks of the operating system."""

from datetime import UTC, datetime

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, note, warning

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""When this version was written: no clock that is right shows an earlier time."""
ENOUGH_FILES = 1024


def operating_system_is_supported(facts: Facts, _answers: Answers) -> Finding | None:
    """Linux is supported, macOS nearly."""
    match facts.host.system.name:
        case "Linux":
            return None
        case "Darwin":
            return warning("macOS is not tested", "please report what does not work")
        case name:
            return error(f"`{name}` is not supported", "install on Linux, or in WSL on Windows")


def architecture_is_supported(facts: Facts, _answers: Answers) -> Finding | None:
    """The two architectures that every part is made for."""
    known = {"x86_64", "aarch64", "arm64", "AMD64"}
    if facts.host.system.architecture in known:
        return None
    return warning(
        f"architecture `{facts.host.system.architecture}` is not tested; wanted x86_64 or aarch64",
        "it may work; some parts may have to be compiled",
    )


def clock_is_right(facts: Facts, _answers: Answers) -> Finding | None:
    """A clock in the past makes every token look unborn and every certificate invalid."""
    if facts.host.system.now >= WRITTEN:
        return None
    return error(
        f"the clock shows {facts.host.system.now:%Y-%m-%d}, before this version was written",
        "set the clock, for instance with `timedatectl set-ntp true`",
    )


def open_files_are_enough(facts: Facts, _answers: Answers) -> Finding | None:
    """One connection is one open file."""
    if facts.host.system.open_files < 0 or facts.host.system.open_files >= ENOUGH_FILES:
        return None
    return warning(
        f"a process may open {facts.host.system.open_files} files; wanted {ENOUGH_FILES}",
        "raise the limit with `ulimit -n 4096` before the installation",
    )


def wsl_keeps_running(facts: Facts, _answers: Answers) -> Finding | None:
    """WSL ends a distribution that nobody looks at."""
    if not facts.host.system.is_wsl or facts.host.supervisor == "systemd":
        return None
    return note(
        "this is WSL without systemd: the gateway ends when Windows ends the distribution",
        "set `systemd=true` in the section [boot] of /etc/wsl.conf",
    )
