"""The conversation in plain lines, and lines that end between words."""

import errno
import termios
from collections.abc import Callable, Iterator

import pytest

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.ui.conversation import Back, Choice
from mosaic_installer.ui.folding import cells, fold
from mosaic_installer.ui.opening import open_conversation
from mosaic_installer.ui.plain import PlainConversation
from mosaic_installer.ui.questions import ask_setting, ask_word

pytestmark = pytest.mark.unit

TALK = PlainConversation()
ROWS = [Choice(value=name, label=name.title()) for name in ("one", "two", "three")]
Type = Callable[..., None]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Says which lines the person types; the end of the input comes after them."""

    def type_lines(*lines: str) -> None:
        typed: Iterator[str] = iter(lines)

        def read(prompt: str) -> str:
            line = next(typed, None)
            if line is None:
                raise EOFError
            return line

        monkeypatch.setattr("builtins.input", read)

    return type_lines


def test_a_choice_is_a_number(types: Type, capsys: pytest.CaptureFixture[str]) -> None:
    types("4", "two", "2")
    assert TALK.choose("Which?", ROWS) == "two"
    said = capsys.readouterr().err
    assert said.startswith("Which?\n1. One\n2. Two\n3. Three\n")
    assert said.count("error: type a number from 1 to 3") == 2


def test_a_long_prompt_ends_its_lines_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mosaic_installer.ui.plain.columns", lambda: 20)
    monkeypatch.setattr("builtins.input", lambda prompt: prompt)
    prompt = TALK.text("Where its data is kept:", lambda _: True, can_go_back=True)
    assert capsys.readouterr().err == "Where its data is\n"
    assert prompt == "kept (< goes back):"


def test_enter_takes_what_is_offered(types: Type) -> None:
    types("", "", "")
    assert TALK.choose("Which?", ROWS, default="three") == "three"
    assert ask_setting(TALK, CATALOGUE["gateway.port"], "15000") == "15000"
    assert ask_word(TALK, "Go ahead?", ("yes", "no")) == "yes"


def test_a_wrong_answer_is_said_and_asked_for_again(
    types: Type, capsys: pytest.CaptureFixture[str]
) -> None:
    types("ada", "ada@example.org")
    assert ask_setting(TALK, CATALOGUE["admin.email"]) == "ada@example.org"
    assert "error: an e-mail address looks like" in capsys.readouterr().err


def test_a_sign_goes_back_where_there_is_a_way(types: Type) -> None:
    types("<")
    with pytest.raises(Back):
        TALK.choose("Which?", ROWS, can_go_back=True)


def test_the_end_of_the_input_is_an_interruption(types: Type) -> None:
    types()
    with pytest.raises(KeyboardInterrupt):
        TALK.choose("Which?", ROWS)


def test_plain_lines_carry_no_escape_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    TALK.heading("Plan")
    TALK.rows([("Gateway", "Start it"), ("", "Wait for it")])
    TALK.say("it is full", "error")
    said = capsys.readouterr().err
    assert said == "\nPlan:\nGateway: Start it\nGateway: Wait for it\nerror: it is full\n"


def test_the_variable_asks_for_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not isinstance(open_conversation(), PlainConversation)
    assert isinstance(open_conversation(is_plain=True), PlainConversation)
    monkeypatch.setenv("MOSAIC_PLAIN", "1")
    assert isinstance(open_conversation(), PlainConversation)
    monkeypatch.setenv("MOSAIC_PLAIN", "0")
    assert not isinstance(open_conversation(), PlainConversation)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("short", 10, ["short"]),
        ("one two three", 7, ["one two", "  three"]),
        ("  indented words here", 12, ["  indented", "  words here"]),
        ("see /a/path/that/is/long now", 10, ["see", "  /a/path/that/is/long", "  now"]),
        ("李小龙 李小龙", 8, ["李小龙", "  李小龙"]),
        ("", 5, [""]),
    ],
)
def test_lines_end_between_words(text: str, width: int, lines: list[str]) -> None:
    assert fold(text, width, "  ") == lines


@pytest.mark.parametrize(
    ("text", "count"), [("abc", 3), ("李", 2), ("e\u0301", 1), ("\u05d0\u05d1", 2), ("a\u200db", 2)]
)
def test_cells_are_counted_as_a_terminal_does(text: str, count: int) -> None:
    assert cells(text) == count


@pytest.mark.parametrize(
    "error", [EOFError(), OSError(errno.EIO, "gone"), termios.error(5, "gone")]
)
def test_a_terminal_that_is_closed_is_an_interruption(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_prompt: str) -> str:
        raise error

    monkeypatch.setattr("builtins.input", gone)
    with pytest.raises(KeyboardInterrupt):
        PlainConversation().text("Name", lambda _: True)
