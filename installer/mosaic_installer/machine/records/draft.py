"""The answers of an unfinished run: kept privately, gone without a trace once they are used."""

from contextlib import suppress
from pathlib import Path

from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.files import LocalFiles


def read_draft(files: LocalFiles, layout: Layout) -> str:
    """Return the draft's text, empty when there is none."""
    return (files.read(layout.draft) or b"").decode(errors="replace")


def keep_draft(files: LocalFiles, layout: Layout, text: str) -> None:
    """Write the draft, in directories that only their owner can enter."""
    for path in _directories(layout):
        if files.kind(path) == "absent":
            files.make_directory(path)
    files.write(layout.draft, text.encode())


def remove_draft(files: LocalFiles, layout: Layout) -> bool:
    """Remove the draft, and the directories that hold nothing else; return whether it was there.

    So an installation afterwards makes and journals its directories as on a fresh machine.
    """
    was_there = files.kind(layout.draft) != "absent"
    if was_there:
        files.remove(layout.draft)
        for path in reversed(_directories(layout)):
            with suppress(InstallerError):
                files.remove_directory(path, with_contents=False)
    return was_there


def _directories(layout: Layout) -> tuple[Path, ...]:
    return (layout.home, layout.state) if layout.home else (layout.state,)
