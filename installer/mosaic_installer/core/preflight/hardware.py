"""Checks of processors, memory and disk against what the tier needs."""

from mosaic_installer.core.answers import Answers
from mosaic_installer.core.facts import Facts
from mosaic_installer.core.finding import Finding, error, warning
from mosaic_installer.core.tiers import MEBIBYTE, NEEDS

TOLERANCE = 0.9
"""A machine sold with 2 GB measures less: the kernel keeps some for itself."""
COMFORT = 2.0
"""Up to this many times the least, there is enough to start but not to grow."""


def processors_are_enough(facts: Facts, answers: Answers) -> Finding | None:
    """Fewer processors are slow, not fatal."""
    wanted = NEEDS[answers.tier].cpus
    if facts.host.system.cpus >= wanted:
        return None
    return warning(
        f"{facts.host.system.cpus} processor; tier {answers.tier} wants {wanted}",
        "expect it to be slow",
    )


def memory_is_enough(facts: Facts, answers: Answers) -> Finding | None:
    """Too little memory ends in killed processes."""
    wanted, found = NEEDS[answers.tier].memory, facts.host.system.memory
    hint = "give the machine, or the control group it runs in, more memory"
    if found < wanted * TOLERANCE:
        return error(f"{size(found)} of memory; tier {answers.tier} needs {size(wanted)}", hint)
    if found < wanted:
        return warning(f"{size(found)} of memory is just short of {size(wanted)}", hint)
    return None


def disk_is_enough(facts: Facts, answers: Answers) -> Finding | None:
    """Measured on the file system that will hold the installation, not on the root."""
    wanted, found = NEEDS[answers.tier].disk, facts.host.disk.free
    where = f"free on the file system of {facts.host.disk.nearest}"
    hint = "free some space there, or choose another folder with MOSAIC_HOME"
    if found < wanted * TOLERANCE:
        return error(f"{size(found)} {where}; tier {answers.tier} needs {size(wanted)}", hint)
    if found < wanted * COMFORT:
        return warning(f"{size(found)} {where}: enough to start, little to grow", hint)
    return None


def size(count: int) -> str:
    """Return a number of bytes for people."""
    mebibytes = count / MEBIBYTE
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1024 else f"{mebibytes:.0f} MiB"
