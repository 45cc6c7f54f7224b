"""What the keys do, in the words of every screen."""

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import ConditionalContainer, Window
from prompt_toolkit.layout.controls import FormattedTextControl

from mosaic_installer.ui.conversation import EXPLAIN
from mosaic_installer.ui.folding import fold
from mosaic_installer.ui.terminal import shows_unicode

LOWEST = 12
HAS_ROOM = Condition(lambda: get_app().output.get_size().rows >= LOWEST)
"""Whether the window is high enough to tell what the keys do."""


def keys_of_list(*, can_go_back: bool, is_explained: bool) -> str:
    """Return what the keys do where one of several rows is chosen."""
    arrows = "↑↓ move" if shows_unicode() else "Up/Down move"
    explain = f", {EXPLAIN} explains the words" if is_explained else ""
    return f"{arrows}, Enter chooses{explain}{_ways_out(can_go_back=can_go_back)}"


def keys_of_field() -> str:
    """Return what the keys do where something is typed, which can be gone back from."""
    return f"Enter confirms{_ways_out(can_go_back=True)}"


def footer(keys: str) -> ConditionalContainer:
    """Return what stands below all else where there is room: a blank line, and what the keys do."""

    def text() -> StyleAndTextTuples:
        return [("class:quiet", "\n".join(_lines(keys)))]

    window = Window(FormattedTextControl(text), height=lambda: len(_lines(keys)))
    return ConditionalContainer(window, HAS_ROOM)


def height_of_footer(keys: str) -> int:
    """Return how many lines of the window a footer takes."""
    return len(_lines(keys)) if HAS_ROOM() else 0


def _lines(keys: str) -> list[str]:
    return ["", *fold(keys, get_app().output.get_size().columns)]


def _ways_out(*, can_go_back: bool) -> str:
    return f"{', Esc goes back' if can_go_back else ''}, Ctrl-C leaves"
