"""A page at a screen: read in place, scrolled where the window is short, gone when it is left."""

from collections.abc import Iterator
from sys import maxsize

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.styles import BaseStyle

from mosaic_installer.ui.choice_list import ESCAPE_SECONDS
from mosaic_installer.ui.conversation import Page
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.panel import NARROW
from mosaic_installer.ui.terminal import shows_unicode

Line = tuple[tuple[str, str], ...]
STEPS = {Keys.Up: -1, Keys.Down: 1, "k": -1, "j": 1}
"""Lines that a key scrolls by."""
PAGES = {Keys.PageUp: -1, Keys.PageDown: 1, " ": 1}
"""Windows that a key scrolls by."""
PRIVATE = "It is gone from the screen when you go back."
SAVE, RESTORE, PLAIN = "\x1b7", "\x1b8", "\x1b[0m"
"""Codes of a terminal for its cursor, and for a text without a look."""


class OpenPage:
    """A page while it is on the screen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._top = maxsize if page.is_at_end else 0
        self._room = 1
        """Lines of the window for what is read."""

    def application(self, style: BaseStyle) -> "Application[None]":
        """Return the application that shows the page until the person goes back."""
        body = Window(
            FormattedTextControl(self._text, focusable=True, show_cursor=False),
            dont_extend_height=True,
        )
        shown: Application[None] = Application(
            layout=Layout(body),
            key_bindings=self._keys(),
            style=style,
            erase_when_done=True,
            # Terminals may keep what is erased to scroll back to, but none of their other screen.
            full_screen=self._page.secret is not None,
            after_render=self._join_secret,
        )
        shown.ttimeoutlen = ESCAPE_SECONDS
        return shown

    def _text(self) -> StyleAndTextTuples:
        lines = list(self._lines())
        told = _keys_told(scrolls=len(lines) + 2 > _size()[0])
        self._room = max(1, _size()[0] - 1 - len(told))
        self._top = max(0, min(self._top, len(lines) - self._room))
        shown = lines[self._top : self._top + self._room]
        text: StyleAndTextTuples = []
        for line in (*shown, (), *told):
            text += line
            text.append(("", "\n"))
        return text[:-1]

    def _join_secret(self, shown: "Application[None]") -> None:
        """Write a secret that is wider than the window once more, over itself, in one piece.

        The terminal then breaks the line itself and knows that it did, so that what is copied is
        the secret without a line end in it. prompt_toolkit only ever ends lines itself.
        """
        width = _size()[1]
        secret = self._page.secret.reveal() if self._page.secret is not None else ""
        if cells(secret) <= width:
            return
        lines = list(self._lines())
        row = len(lines) - len(fold(secret, width, breaks_words=True)) - self._top
        if row < 0 or len(lines) - self._top > self._room:
            return  # a part of it is scrolled away
        shown.output.write_raw(SAVE + PLAIN)
        shown.output.cursor_goto(row + 1, 1)
        shown.output.enable_autowrap()
        shown.output.write(secret)
        shown.output.disable_autowrap()
        shown.output.write_raw(RESTORE)
        shown.output.flush()

    def _lines(self) -> Iterator[Line]:
        page, width = self._page, _size()[1]
        for part in fold(page.title, width):
            yield (("class:title", part),)
        for part in fold(page.told, width, breaks_words=True) if page.told else ():
            yield (("class:quiet", part),)
        if page.secret is not None:
            yield from ((("class:quiet", part),) for part in fold(PRIVATE, width))
        yield ()
        column = 0
        if width >= NARROW:
            column = max((cells(label) for label, _ in page.rows), default=-2) + 2
        for label, text in page.rows:
            yield from _row(label, text, column, width)
        secret = () if page.secret is None else (page.secret.reveal(),)
        for line in (*page.lines, *secret):
            yield from ((("", part),) for part in fold(line, width, breaks_words=True))

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        def scroll(event: KeyPressEvent) -> None:
            key = event.key_sequence[0].key
            self._top += STEPS.get(key, 0) + PAGES.get(key, 0) * self._room

        def back(event: KeyPressEvent) -> None:
            event.app.exit()

        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt())

        bound = {
            scroll: (*STEPS, *PAGES),
            back: (Keys.Escape, Keys.Enter, Keys.Left, "q"),
            leave: (Keys.ControlC, Keys.ControlD, Keys.SIGINT),
        }
        for act, names in bound.items():
            for name in names:
                keys.add(name, eager=True)(act)
        return keys


def _keys_told(*, scrolls: bool) -> list[Line]:
    arrows = "↑↓ scroll, " if shows_unicode() else "Up/Down scroll, "
    told = f"{arrows if scrolls else ''}Esc goes back"
    return [(("class:quiet", part),) for part in fold(told, _size()[1])]


def _row(label: str, text: str, column: int, width: int) -> Iterator[Line]:
    if not column:
        for number, part in enumerate(fold(f"{label}: {text}", width, "  ", breaks_words=True)):
            named = len(label) + 1 if not number else 0
            yield (("class:label", part[:named]), ("", part[named:]))
        return
    gap = " " * (column - cells(label))
    for number, part in enumerate(fold(text, width - column, breaks_words=True)):
        first = ("class:label", label + gap) if not number else ("", " " * column)
        yield (first, ("", part))


def _size() -> tuple[int, int]:
    size = get_app().output.get_size()
    return size.rows, size.columns
