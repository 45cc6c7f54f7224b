"""A bug: keep the evidence."""

from collections.abc import Sequence
from pathlib import Path

from mosaic_installer.machine.records.crash_report import write_crash_report


def report(error: BaseException, arguments: Sequence[str]) -> Path | None:
    """Write a crash report and return its path; `--set` values are left out of it.

    None where nothing can be written at all.
    """
    return write_crash_report(error, [word.partition("=")[0] for word in arguments])
