"""A panel at a screen: drawn in place, scrolled where the window is short, gone when it is left."""

from collections.abc import Iterator

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import HSplit, Layout, ScrollOffsets, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.margins import ConditionalMargin, ScrollbarMargin
from prompt_toolkit.styles import BaseStyle

from mosaic_installer.ui.choice_list import ESCAPE_SECONDS
from mosaic_installer.ui.conversation import EXPLAIN, Back, Group, PanelRow, Tone, View
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.keys_told import footer, height_of_footer, keys_of_list
from mosaic_installer.ui.terminal import shows_unicode

NARROW = 59
MARGIN = 4
"""Cells before each row: where the pointer stands, and the mark."""
SIGNS: dict[Tone, tuple[str, str]] = {
    "good": ("✓", "+"),
    "warning": ("!", "!"),
    "error": ("✗", "x"),
    "quiet": ("·", "."),
}
"""The mark before a row by its tone, where the terminal shows Unicode and where it does not."""
Line = tuple[tuple[str, str], ...]


class Panel:
    """A view while it is on the screen; `at` is the value of the row to begin at."""

    def __init__(self, view: View, at: str, sign: str, *, can_go_back: bool) -> None:
        self._view = view
        self._sign = sign
        self._can_go_back = can_go_back
        self._keys_told = keys_of_list(can_go_back=can_go_back, is_explained=bool(view.explained))
        values = [row.value for row in view.choices]
        self._at = values.index(at) if at in values else 0
        self._marks = 0 if shows_unicode() else 1

    def application(self, style: BaseStyle) -> "Application[str]":
        """Return the application that shows the panel and returns the value of the chosen row.

        It returns `EXPLAIN` where the person wants that; shown again, it is at the same row.
        """
        body = Window(
            FormattedTextControl(self._text, focusable=True, show_cursor=False),
            scroll_offsets=ScrollOffsets(top=self._lines_above, bottom=self._lines_below),
            # Nothing else would say that there are rows above or below.
            right_margins=[
                ConditionalMargin(ScrollbarMargin(display_arrows=True), Condition(self._is_cut))
            ],
            dont_extend_height=True,
        )
        shown: Application[str] = Application(
            layout=Layout(HSplit([body, footer(self._keys_told)]), body),
            key_bindings=self._keys(),
            style=style,
            erase_when_done=True,
        )
        shown.ttimeoutlen = ESCAPE_SECONDS
        return shown

    def _text(self) -> StyleAndTextTuples:
        text: StyleAndTextTuples = []
        for line in self._lines():
            text += line
            text.append(("", "\n"))
        return text[:-1]

    def _lines(self) -> Iterator[Line]:
        view = self._view
        state = f"  {view.state}" if view.state else ""
        if cells(view.title + state) <= _width():
            yield (("class:title", view.title), (f"class:{view.tone}", state))
        else:
            yield (("class:title", view.title),)
            yield from _folded(view.state, "", f"class:{view.tone}")
        if view.told:
            yield from _folded(view.told, "", "class:quiet")
        for group in view.groups:
            yield ()
            if group.title:
                yield (("class:title", group.title),)
            for row in group.rows:
                yield from self._row(row, _column(group))

    def _row(self, row: PanelRow, column: int) -> Iterator[Line]:
        chosen = self._view.choices[self._at] if self._view.choices else None
        is_here = row is chosen
        look = "class:highlighted" if is_here else ""
        mark = SIGNS[row.tone][self._marks] if row.tone in SIGNS else ""
        pointer = f"{self._sign} " if is_here else "  "
        start: Line = (("class:pointer", pointer), (f"class:{row.tone}", f"{mark:1} "))
        if is_here:
            start = (*start, ("[SetCursorPosition]", ""))
        yield from self._columns(row, start, look or _look_of(row), column)
        for note, tone in row.notes:
            yield from _folded(note, " " * (MARGIN + 2), f"class:{tone}")

    def _columns(self, row: PanelRow, start: Line, look: str, column: int) -> Iterator[Line]:
        width = _width() - MARGIN
        if not row.text or not column:
            whole = f"{row.label}: {row.text}" if row.text else row.label
            value = look if row.value else ""
            first, *more = fold(whole, width, "  ", breaks_words=True)
            yield (*start, (look, first[: len(row.label)]), (value, first[len(row.label) :]))
            yield from ((("", " " * MARGIN), (value, part)) for part in more)
            return
        gap = " " * (column - cells(row.label))
        for number, part in enumerate(fold(row.text, width - column, breaks_words=True)):
            if number:
                yield (("", " " * (MARGIN + column) + part),)
            else:
                value = look if row.value else ""
                yield (*start, (look, row.label + gap), (value, part))

    def _is_cut(self) -> bool:
        room = get_app().output.get_size().rows - height_of_footer(self._keys_told)
        return len(list(self._lines())) > room

    def _lines_above(self) -> int:
        return 0

    def _lines_below(self) -> int:
        """Return how many lines belong to the row below its first one."""
        chosen = self._view.choices[self._at]
        group = next(group for group in self._view.groups if chosen in group.rows)
        return min(3, len(list(self._row(chosen, _column(group)))) - 1)

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        def move(event: KeyPressEvent) -> None:
            step = 1 if event.key_sequence[0].key in {Keys.Down, "j", Keys.Tab} else -1
            self._at = (self._at + step) % len(self._view.choices)

        def take(event: KeyPressEvent) -> None:
            event.app.exit(result=self._view.choices[self._at].value)

        def explain(event: KeyPressEvent) -> None:
            event.app.exit(result=EXPLAIN)

        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt())

        def back(event: KeyPressEvent) -> None:
            event.app.exit(exception=Back())

        bound = {
            move: (Keys.Up, Keys.Down, Keys.Tab, Keys.BackTab, "j", "k"),
            take: (Keys.Enter,),
            leave: (Keys.ControlC, Keys.ControlD, Keys.SIGINT),
            back: (Keys.Escape, Keys.Left) if self._can_go_back else (),
            explain: (EXPLAIN,) if self._view.explained else (),
        }
        for act, names in bound.items():
            for name in names:
                keys.add(name, eager=True)(act)
        return keys


def _column(group: Group) -> int:
    """Return how wide the first column is; 0 where both stand in one."""
    if _width() < NARROW:
        return 0
    return max((cells(row.label) for row in group.rows if row.text), default=-2) + 2


def _folded(text: str, indent: str, look: str) -> Iterator[Line]:
    for part in fold(indent + text, _width(), indent):
        yield ((look, part),)


def _look_of(row: PanelRow) -> str:
    """Return how the label of a row looks that is not the chosen one."""
    return "class:label" if row.text and not row.value else ""


def _width() -> int:
    """Return how wide a line may be: the last column is the scroll bar's."""
    return get_app().output.get_size().columns - 1
