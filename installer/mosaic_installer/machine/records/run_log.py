"""The log of a run under state/logs: made when something is changed, without any secret."""

import os
from datetime import UTC, datetime
from pathlib import Path

from mosaic_installer.core.events import Event, as_document
from mosaic_installer.machine.files import FILE_MODE, explained

KEPT = 20
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
LEFT_OUT = frozenset({"schema", "share", "stays"})
"""Of an event: a share is in its text, and a log keeps everything."""


class RunLog:
    """Writes the events of one run, as soon as the directory for it exists."""

    def __init__(self, folder: Path, verb: str) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        self._folder = folder
        self._path = folder / f"{verb}-{stamp}.log"
        self._waiting: list[str] = []

    def report(self, event: Event) -> None:
        """Write one line; lines wait in memory until the run has made the directory."""
        self._waiting.append(
            f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {_line(event)}\n"
        )
        if self._folder.is_dir():
            self._flush()

    def _flush(self) -> None:
        with explained(self._path, "write"):
            is_new = not self._path.exists()
            with os.fdopen(os.open(self._path, FLAGS, FILE_MODE), "a", encoding="utf-8") as file:
                file.writelines(self._waiting)
        self._waiting = []
        if is_new:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        logs = sorted(self._folder.glob("*-*.log"), key=lambda path: path.name.rpartition("-")[2])
        for path in logs[:-KEPT]:
            path.unlink(missing_ok=True)


def _line(event: Event) -> str:
    row = as_document(event)
    said = (str(value) for key, value in row.items() if key not in LEFT_OUT)
    return " ".join(text for text in said if text)
