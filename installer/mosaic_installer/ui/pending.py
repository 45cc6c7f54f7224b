"""A line at a terminal that says what is waited for, until there is something else to see."""

import sys

from mosaic_installer.ui import output
from mosaic_installer.ui.folding import fold
from mosaic_installer.ui.output import QUIET
from mosaic_installer.ui.terminal import columns, is_lively, is_terminal, painted

GONE = "\r\x1b[2K"


class Pending:
    """Shown only where a person sees it, and where lines can be taken away again."""

    def __init__(self) -> None:
        self._is_shown = False

    def show(self, text: str) -> None:
        """Show this, in place of what was shown; it may be a stranger's words."""
        self.clear()
        width = columns() or 0
        if not (is_lively() and is_terminal(sys.stdout)) or width < 2:
            return
        line = " ".join(output.readable(text).split())
        output.begin(painted(fold(line, width - 1, breaks_words=True)[0], QUIET))
        self._is_shown = True

    def clear(self) -> None:
        """Take it away, if it is there."""
        if self._is_shown:
            output.begin(GONE)
            self._is_shown = False
