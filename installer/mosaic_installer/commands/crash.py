"""A bug: keep the evidence."""

from collections.abc import Sequence
from pathlib import Path

from mosaic_installer.machine.records.crash_report import write_crash_report


def report(error: BaseException, arguments: Sequence[str]) -> Path:
    """Write a crash report and return its path; `--set` values are left out of it."""
    return write_crash_report(error, [word.partition("=")[0] for word in arguments])
