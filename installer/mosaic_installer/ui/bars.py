"""A bar for each thing that goes on side by side, as wide as the window lets it be."""

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions
from rich.text import Text

from mosaic_installer.core.share import Share

INDENT = 2
SHORTEST_BAR, LONGEST_BAR = 6, 30
WORDS = len("downloading 100 %")


class Bars:
    """The bars of these shares; measured whenever they are drawn, as windows change."""

    def __init__(self, shares: Sequence[Share], *, has_unicode: bool) -> None:
        self._shares = shares
        self._full, self._empty, self._cut = "█░…" if has_unicode else "#.~"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Text]:
        room = max(options.max_width - INDENT - WORDS - 2, 2 * SHORTEST_BAR)
        bar = min(max(room // 3, SHORTEST_BAR), LONGEST_BAR)
        longest = max((len(share.of) for share in self._shares), default=0)
        for share in self._shares:
            yield self._row(share, min(longest, room - bar), bar)

    def _row(self, share: Share, name: int, bar: int) -> Text:
        full = bar * share.percent // 100
        style = "green" if share.is_done else "cyan"
        words = share.phase if share.is_done else f"{share.phase:11} {share.percent:>3} %"
        return Text.assemble(
            f"{'':{INDENT}}{self._fitted(share.of, name):{name}} ",
            (self._full * full, style),
            (self._empty * (bar - full), "dim"),
            f" {words}",
            no_wrap=True,
            overflow="crop",
        )

    def _fitted(self, name: str, width: int) -> str:
        """Return the name, or what tells it from others: images differ in their last part."""
        if len(name) <= width:
            return name
        last = name.rpartition("/")[2]
        return last if len(last) <= width else last[: width - 1] + self._cut
