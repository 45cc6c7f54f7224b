"""The prompts, typed at through a pipe: what is refused live, and what comes out."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest
from tests.ui.keyboard import BACKSPACE, CTRL_C, CTRL_D, CTRL_U, DOWN, ENTER, ESCAPE, UP, Keyboard

from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.ui.conversation import Back, Choice, Page, view_of_choices
from mosaic_installer.ui.prompts import ScreenConversation
from mosaic_installer.ui.questions import ask_known_secret, ask_secret, ask_setting, ask_word

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

WORDS = ("yes", "change", "details", "no")
TALK = ScreenConversation()


def ask(key: str, current: str = "") -> str:
    return ask_setting(TALK, CATALOGUE[key], current)


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
    person.types_on("Confirm password", "correct-horse-9", ENTER)
    assert ask("admin.password") == "correct-horse-9"
    assert "correct" not in person.shown
    assert "***" in person.shown


def test_passwords_that_differ_are_asked_for_again_from_the_beginning(
    person: Keyboard, capsys: pytest.CaptureFixture[str]
) -> None:
    person.types("correct-horse-9", ENTER, "correct-horse-8", ENTER)
    person.types("battery-staple", ENTER, "battery-staple", ENTER)
    assert ask_secret(TALK, CATALOGUE["admin.password"]) == "battery-staple"
    assert "The two passwords do not match. Type it again." in capsys.readouterr().err


def test_spaces_of_a_password_count(person: Keyboard) -> None:
    person.types(" pass word ", ENTER, " pass word ", ENTER)
    assert ask_secret(TALK, CATALOGUE["admin.password"]) == " pass word "


def test_another_value_than_the_offered_one_can_be_typed(person: Keyboard) -> None:
    person.types(CTRL_U, "70000", ENTER)
    person.types_on("a port is a number between 1 and 65535", BACKSPACE, ENTER)
    assert ask("gateway.port", "14244") == "7000"


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
    person.types_on("Go ahead?", typed, ENTER)
    assert ask_word(ScreenConversation(), "Go ahead?", WORDS) == word
    assert "Go ahead? (yes/change/details/no)" in person.shown


def test_a_word_that_is_none_of_them_is_refused_live(person: Keyboard) -> None:
    person.types_on("Go ahead?", "nope", ENTER)
    person.types_on("type one of: yes, change, details, no", BACKSPACE, BACKSPACE, ENTER)
    assert ask_word(ScreenConversation(), "Go ahead?", WORDS) == "no"


def test_enter_is_no_where_that_is_the_first_word_whatever_came_before(person: Keyboard) -> None:
    person.types("yes", ENTER)  # before the question is there
    person.types_on("Remove everything?", ENTER)
    assert ask_word(ScreenConversation(), "Remove everything?", ("no", "yes")) == "no"


ROWS = [Choice(value=name, label=f"The row {name}") for name in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ((ENTER,), "one"),
        ((DOWN, ENTER), "two"),
        ((UP, ENTER), "three"),
        (("j", "j", "k", ENTER), "two"),
        ((DOWN, DOWN, DOWN, ENTER), "one"),
    ],
)
def test_a_row_is_chosen_with_the_keys(person: Keyboard, keys: tuple[str, ...], value: str) -> None:
    person.types(*keys)
    assert TALK.choose("Which?", ROWS) == value
    assert "The row three" in person.shown


def test_a_list_begins_at_the_present_value(person: Keyboard) -> None:
    person.types(DOWN, ENTER)
    assert ask("tier", "local") == "standalone"


def test_yes_and_no_are_chosen(person: Keyboard) -> None:
    person.types(UP, ENTER)
    assert ask("telemetry.enabled", "no") == "yes"


def test_a_value_is_changed_beginning_at_the_present_one(person: Keyboard) -> None:
    person.types(BACKSPACE, "3", ENTER)
    assert ask("gateway.port", "14242") == "14243"


def test_an_optional_value_can_be_taken_back(person: Keyboard) -> None:
    person.types(CTRL_U, ENTER)
    assert ask("gateway.image", "mine:1") == ""


def test_enter_leaves_an_optional_secret_as_it_is(person: Keyboard) -> None:
    person.types(ENTER)
    assert ask("providers.openai_api_key") == ""


def test_a_known_secret_is_typed_once(person: Keyboard) -> None:
    person.types("correct-horse-9", ENTER)
    assert ask_known_secret(TALK, CATALOGUE["admin.password"]) == "correct-horse-9"
    assert "correct" not in person.shown


GOING_BACK: list[Callable[[], object]] = [
    lambda: ask_setting(TALK, CATALOGUE["admin.email"], can_go_back=True),
    lambda: ask_setting(TALK, CATALOGUE["admin.password"], can_go_back=True),
    lambda: ask_setting(TALK, CATALOGUE["tier"], "local", can_go_back=True),
    lambda: ask_word(ScreenConversation(), "Go ahead?", WORDS, can_go_back=True),
    lambda: TALK.choose("Which?", ROWS, can_go_back=True),
]


@pytest.mark.parametrize("prompt", GOING_BACK)
def test_escape_goes_back_from_every_question(
    person: Keyboard, prompt: Callable[[], object]
) -> None:
    person.types_on("", ESCAPE)
    with pytest.raises(Back):
        prompt()


PROMPTS: list[Callable[[], object]] = [
    lambda: ask("admin.email"),
    lambda: ask("admin.password"),
    lambda: ask("gateway.port"),
    lambda: ask_word(ScreenConversation(), "Go ahead?", WORDS),
    lambda: ask("tier", "local"),
    lambda: TALK.choose("Which?", ROWS),
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_ctrl_c_ends_every_prompt(person: Keyboard, prompt: Callable[[], object]) -> None:
    person.types(CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        prompt()


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_end_of_the_input_ends_a_prompt_like_ctrl_c(
    person: Keyboard, prompt: Callable[[], object]
) -> None:
    person.types(CTRL_D)
    with pytest.raises(KeyboardInterrupt):
        prompt()


SHOWN: list[Callable[[], object]] = [
    lambda: TALK.choose("Which?", ROWS),
    lambda: TALK.panel(view_of_choices("Which?", "", tuple(ROWS))),
    lambda: TALK.page(Page(title="Which?")),
]


@pytest.mark.parametrize("prompt", SHOWN)
def test_ctrl_c_as_a_signal_before_the_terminal_hands_keys_on_is_heard(
    person: Keyboard, prompt: Callable[[], object]
) -> None:
    def press() -> None:
        while "Which?" not in person.shown:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    hand = threading.Thread(target=press)
    hand.start()
    with pytest.raises(KeyboardInterrupt):
        prompt()
    hand.join()


@pytest.mark.parametrize(
    ("is_set", "said"), [(False, "press Enter to skip"), (True, "to leave it unchanged")]
)
def test_an_optional_secret_says_what_enter_does(
    person: Keyboard, *, is_set: bool, said: str
) -> None:
    key = CATALOGUE["providers.openai_api_key"]
    person.types_on(said, ENTER)
    assert ask_setting(TALK, key, is_set=is_set) == ""
