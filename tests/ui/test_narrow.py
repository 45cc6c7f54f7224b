"""A narrow window: what is to be copied stays in one piece, and what is wrong is said whole."""

import os
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pyte
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from tests.ui.keyboard import ENTER, ESCAPE, Screen

from mosaic_installer.core.secret import Secret
from mosaic_installer.ui import output
from mosaic_installer.ui.closing import Ready, call, show_closing
from mosaic_installer.ui.conversation import Field, Page
from mosaic_installer.ui.prompts import ScreenConversation

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

TOKEN = "mosaic_" + "AbCdEfGhIj" * 4 + "xyz"
PAGE = Page(title="Admin token", told="It is saved to /some/path", secret=Secret(TOKEN))


@contextmanager
def window(columns: int, rows: int = 24) -> Iterator[Screen]:
    """A terminal of that size, and what it is sent."""
    size = Size(rows=rows, columns=columns)
    with create_pipe_input() as pipe:
        screen = Screen(pipe)
        output = Vt100_Output(screen, lambda: size, term="xterm", enable_cpr=False)
        with create_app_session(input=pipe, output=output):
            yield screen


def shown_at(columns: int, rows: int = 24) -> str:
    """Return what the terminal was sent for the page, until Esc is pressed."""
    with window(columns, rows) as screen:
        screen.waiting.append(("goes back", ESCAPE))
        ScreenConversation().page(PAGE)
        return screen.getvalue()


@pytest.mark.parametrize("columns", [49, 40, 20])
def test_in_a_narrow_window_the_terminal_itself_breaks_a_secret(columns: int) -> None:
    raw = shown_at(columns)
    assert raw.count(f"\x1b[?7h{TOKEN}\x1b[?7l") == raw.count(TOKEN) > 0
    # As it is while the page is shown, which erases itself in the end.
    seen = pyte.Screen(columns, 24)
    pyte.Stream(seen).feed(raw[: raw.index(TOKEN)] + TOKEN)
    lines = [line.rstrip() for line in seen.display]
    assert "".join(line for line in lines if line and line in TOKEN) == TOKEN
    assert "Esc goes back" in lines


@pytest.mark.parametrize(("columns", "rows"), [(51, 24), (100, 24), (40, 5)])
def test_where_it_fits_or_is_scrolled_away_it_is_drawn_once(columns: int, rows: int) -> None:
    assert shown_at(columns, rows).count(TOKEN) == (columns >= len(TOKEN))


def test_the_last_screen_leaves_it_to_the_terminal_to_break_what_can_be_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready = Ready(
        url="http://127.0.0.1:14242",
        token=Secret(TOKEN),
        path="/home/somebody/.config/mosaic/config/gateway/admin-token",
        command="mosaic",
    )
    master, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (60, 40))
    with os.fdopen(terminal, "w") as stderr:
        monkeypatch.setattr("sys.stderr", stderr)
        show_closing(ScreenConversation(), ready)
    raw = b""
    with suppress(OSError):  # how Linux says that a terminal has no more to say
        while chunk := os.read(master, 65536):
            raw += chunk
    os.close(master)
    for piece in (ready.url, TOKEN, ready.path, call(ready)):
        assert f"\n{piece}\r\n" in raw.decode()


def is_seven(text: str) -> bool | str:
    return text == "7" or "a number of dwarfs looks like `7`, and never like `8`, `9` or `10`"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ScreenConversation().text("How many", is_seven),
        lambda: ScreenConversation().secret("How many", is_seven),
        lambda: ScreenConversation().field(
            Field(title="Dwarfs", prompt="How many", validate=is_seven)
        ),
    ],
    ids=["text", "secret", "field"],
)
def test_what_is_wrong_is_said_whole_below_its_question(ask: Callable[[], str]) -> None:
    with window(40) as screen:
        screen.pipe.send_text(ENTER)
        screen.waiting.append(("or `10`", f"7{ENTER}"))
        assert ask() == "7"
        assert "a number of dwarfs looks like `7`, and" in screen.getvalue()


def test_items_and_rows_end_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_width", lambda _stream: 30)
    monkeypatch.setattr(output, "columns", lambda: 30)
    output.items("Nodes\n  node1: manager (leader), ready, active")
    assert capsys.readouterr().out == "Nodes\n  node1: manager (leader),\n    ready, active\n"
    output.table((("gateway", "healthy at http://127.0.0.1:14242"), ("tier", "standalone")))
    assert capsys.readouterr().out == (
        "gateway  healthy at\n         http://127.0.0.1:14242\ntier     standalone\n"
    )
    monkeypatch.setattr(output, "columns", lambda: None)
    output.table((("gateway", "healthy at http://127.0.0.1:14242"),))
    assert capsys.readouterr().out == "gateway  healthy at http://127.0.0.1:14242\n"
