"""The prompts, typed at through a pipe: what is refused live, and what comes out."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from tests.make import make_answers, make_facts

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.facts import Facts, Listener
from mosaic_installer.core.preflight import preflight
from mosaic_installer.ui.prompts import (
    Person,
    ask_new_value,
    ask_secret,
    ask_setting,
    ask_text,
    ask_word,
)
from mosaic_installer.ui.wizard import ask_remedies

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

ENTER, DOWN, CTRL_C, CTRL_D, CTRL_U = "\r", "\x1b[B", "\x03", "\x04", "\x15"
BACKSPACE = "\x7f"
WORDS = ("yes", "change", "details", "no")
NGINX = Listener(address="127.0.0.1", port=14242, program="nginx", pid=7)


class Screen(io.StringIO):
    """A terminal's screen, and a person who types on when it shows what they wait for."""

    def __init__(self, pipe: PipeInput) -> None:
        super().__init__()
        self.pipe = pipe
        self.waiting: list[tuple[str, str]] = []

    def flush(self) -> None:
        if self.waiting and self.waiting[0][0] in self.getvalue():
            self.pipe.send_text(self.waiting.pop(0)[1])


@dataclass(frozen=True)
class Keyboard:
    """What is typed, and the text that the terminal was sent."""

    screen: Screen

    def types(self, *keys: str) -> None:
        self.screen.pipe.send_text("".join(keys))

    def types_on(self, shown: str, *keys: str) -> None:
        """Types as soon as the terminal shows a text; a prompt that never does hangs the test."""
        self.screen.waiting.append((shown, "".join(keys)))

    @property
    def shown(self) -> str:
        return self.screen.getvalue()


@pytest.fixture
def person() -> Iterator[Keyboard]:
    size = Size(rows=24, columns=100)
    with create_pipe_input() as pipe:
        screen = Screen(pipe)
        output = Vt100_Output(screen, lambda: size, term="xterm", enable_cpr=False)
        with create_app_session(input=pipe, output=output):
            yield Keyboard(screen)


def ask(key: str, facts: Facts | None = None) -> str | None:
    return Person().ask(CATALOGUE[key], facts or make_facts(), {})


def test_an_email_is_refused_live_and_can_be_mended(person: Keyboard) -> None:
    person.types("ada", ENTER)
    person.types_on("an e-mail address looks like `name@example.org`", "@example.org", ENTER)
    assert ask("admin.email") == "ada@example.org"


def test_spaces_around_an_answer_are_dropped(person: Keyboard) -> None:
    person.types("  ada@example.org ", ENTER)
    assert ask("admin.email") == "ada@example.org"


def test_a_short_password_is_refused_live_and_nothing_of_it_is_shown(person: Keyboard) -> None:
    person.types("correct", ENTER)
    person.types_on("a password has 8 to 128 characters", "-horse-9", ENTER)
    person.types_on("The same again", "correct-horse-9", ENTER)
    assert ask("admin.password") == "correct-horse-9"
    assert "correct" not in person.shown
    assert "***" in person.shown


def test_passwords_that_differ_are_asked_for_again_from_the_beginning(person: Keyboard) -> None:
    person.types("correct-horse-9", ENTER, "correct-horse-8", ENTER)
    person.types("battery-staple", ENTER, "battery-staple", ENTER)
    assert ask_secret(CATALOGUE["admin.password"]) == "battery-staple"
    assert "The two differ; please type it again." in person.shown


def test_spaces_of_a_password_count(person: Keyboard) -> None:
    person.types(" pass word ", ENTER, " pass word ", ENTER)
    assert ask_secret(CATALOGUE["admin.password"]) == " pass word "


def test_a_taken_port_offers_the_next_free_one(person: Keyboard) -> None:
    facts = make_facts(listeners=(NGINX, Listener(address="127.0.0.1", port=14243)))
    person.types(ENTER)
    layer = ask_remedies(preflight(facts, make_answers()))
    assert layer is not None
    assert layer.values["gateway.port"].text == "14244"


def test_an_error_that_no_answer_settles_asks_nothing(person: Keyboard) -> None:
    facts = make_facts({"disk.is_writable": False}, listeners=(NGINX,))
    assert ask_remedies(preflight(facts, make_answers())) is None
    assert person.shown == ""


def test_another_port_than_the_offered_one_can_be_typed(person: Keyboard) -> None:
    person.types(CTRL_U, "70000", ENTER)
    person.types_on("a port is a number between 1 and 65535", BACKSPACE, ENTER)
    layer = ask_remedies(preflight(make_facts(listeners=(NGINX,)), make_answers()))
    assert layer is not None
    assert layer.values["gateway.port"].text == "7000"


def test_nothing_is_asked_twice(person: Keyboard) -> None:
    somebody = Person()
    person.types("ada@example.org", ENTER)
    for _ in range(2):
        answer = somebody.ask(CATALOGUE["admin.email"], make_facts(), {})
        assert answer == "ada@example.org"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "yes"),
        ("y", "yes"),
        ("YES", "yes"),
        ("c", "change"),
        ("det", "details"),
        ("n", "no"),
        (" no ", "no"),
    ],
)
def test_the_first_letters_of_a_word_are_enough(person: Keyboard, typed: str, word: str) -> None:
    person.types(typed, ENTER)
    assert ask_word("Go ahead?", WORDS) == word
    assert "Go ahead? (yes/change/details/no)" in person.shown


def test_a_word_that_is_none_of_them_is_refused_live(person: Keyboard) -> None:
    person.types("nope", ENTER)
    person.types_on("type one of: yes, change, details, no", BACKSPACE, BACKSPACE, ENTER)
    assert ask_word("Go ahead?", WORDS) == "no"


def test_enter_is_no_where_that_is_the_first_word(person: Keyboard) -> None:
    person.types(ENTER)
    assert ask_word("Remove everything?", ("no", "yes")) == "no"


def test_a_setting_is_chosen_from_the_list(person: Keyboard) -> None:
    rows = {"tier": "Storage tier: local", "gateway.port": "Port of the gateway: 14242"}
    person.types(DOWN, ENTER)
    assert ask_setting(rows) == "gateway.port"
    assert "Storage tier: local" in person.shown


def test_the_end_of_the_list_goes_back(person: Keyboard) -> None:
    person.types(DOWN, ENTER)
    assert ask_setting({"tier": "Storage tier: local"}) is None


def test_a_choice_is_chosen_beginning_at_the_present_value(person: Keyboard) -> None:
    person.types(DOWN, ENTER)
    assert ask_new_value(CATALOGUE["tier"], "local") == "standalone"
    assert CATALOGUE["tier"].help[:40] in person.shown


def test_a_value_is_changed_beginning_at_the_present_one(person: Keyboard) -> None:
    person.types(BACKSPACE, "3", ENTER)
    assert ask_new_value(CATALOGUE["gateway.port"], 14242) == "14243"


def test_an_optional_value_can_be_taken_back(person: Keyboard) -> None:
    person.types(CTRL_U, ENTER)
    assert ask_new_value(CATALOGUE["gateway.image"], "mine:1") == ""


PROMPTS: list[Callable[[], object]] = [
    lambda: ask("admin.email"),
    lambda: ask("admin.password"),
    lambda: ask("gateway.port"),
    lambda: ask_text("Anything:", lambda _text: True),
    lambda: ask_word("Go ahead?", WORDS),
    lambda: ask_setting({"tier": "Storage tier"}),
    lambda: ask_new_value(CATALOGUE["tier"], "local"),
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_ctrl_c_ends_every_prompt(person: Keyboard, prompt: Callable[[], object]) -> None:
    person.types(CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        prompt()


@pytest.mark.parametrize("prompt", PROMPTS[:2])
def test_the_end_of_the_input_ends_a_prompt_like_ctrl_c(
    person: Keyboard, prompt: Callable[[], object]
) -> None:
    person.types(CTRL_D)
    with pytest.raises(KeyboardInterrupt):
        prompt()
