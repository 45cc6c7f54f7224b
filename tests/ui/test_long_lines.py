"""A long text that is pasted at a terminal: whole, or refused; real terminals, which cut lines."""

import io
import os
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.output.vt100 import Vt100_Output

from mosaic_installer.ui.plain import PlainConversation
from mosaic_installer.ui.question_prompt import PlainPrompt, ScreenPrompt
from mosaic_installer.ui.typed_line import LONGEST

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

LONG = "as long as it gets " * 500
CUT, NO_TEXT = "the terminal has probably cut this off", "this is not text in the encoding"


@contextmanager
def typed(monkeypatch: pytest.MonkeyPatch, text: bytes, *, is_raw: bool = False) -> Iterator[None]:
    """Let a terminal be stdin, at which somebody types; `is_raw` as at a screen, before they do."""
    window, terminal = os.openpty()
    attributes = termios.tcgetattr(terminal)
    attributes[3] &= ~termios.ECHO  # nobody reads what is echoed
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)
    if is_raw:
        tty.setraw(terminal)
    hand = threading.Thread(target=_write, args=(window, text))
    with os.fdopen(terminal, "r", encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        hand.start()
        yield
        hand.join()
    os.close(window)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (LONG.encode(), CUT),
        (b"x" * (LONGEST + 1), CUT),
        (b"x" * LONGEST + "\u00e9".encode(), NO_TEXT),
        (b"\xff\xfe", NO_TEXT),
    ],
    ids=["long", "one too many", "cut within a letter", "no text"],
)
def test_in_plain_lines_what_may_have_been_cut_is_refused_and_asked_for_again(
    text: bytes, refusal: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with typed(monkeypatch, text + b"\nshorter\n"):
        assert PlainConversation().text("Allowed web origins", lambda _: True) == "shorter"
    assert refusal in capsys.readouterr().err.replace("\n", " ")


def test_a_line_that_just_fits_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with typed(monkeypatch, b"x" * LONGEST + b"\n"):
        assert PlainPrompt().ask() == "x" * LONGEST


def test_a_question_that_is_cut_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with typed(monkeypatch, LONG.encode() + b"\nWho am I?\n"):
        assert PlainPrompt().ask() == "Who am I?"
    assert "`mosaic chat < FILE`" in capsys.readouterr().err.replace("\n", " ")


def test_at_a_screen_a_question_of_any_length_is_pasted_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = f"{LONG}\n{LONG}"
    with typed(monkeypatch, f"\x1b[200~{text}\x1b[201~\r".encode(), is_raw=True):
        output = Vt100_Output(io.StringIO(), lambda: Size(rows=24, columns=100), term="xterm")
        with create_app_session(input=Vt100Input(sys.stdin), output=output):
            assert ScreenPrompt([]).ask() == text


def _write(window: int, text: bytes) -> None:
    while text:
        text = text[os.write(window, text) :]
