"""Keys that come before a plan is shown never agree to it."""

import threading

import pytest
from tests.ui.keyboard import CTRL_C, DOWN, ENTER, ESCAPE, UP, Keyboard

from mosaic_installer.ui.conversation import Choice
from mosaic_installer.ui.prompts import ScreenConversation
from mosaic_installer.ui.terminal import QUIET_SECONDS

pytestmark = [pytest.mark.prompt, pytest.mark.timeout(20)]

TALK = ScreenConversation()
ROWS = [Choice(value=name, label=f"The row {name}") for name in ("one", "two", "three")]


def test_a_plan_is_agreed_to_by_keys_alone_that_came_after_it_was_shown(person: Keyboard) -> None:
    person.types(ENTER, "yes", ENTER, ESCAPE, DOWN, "\n\n")
    person.types_on("The row three", DOWN, ENTER)
    assert TALK.agree("Which?", ROWS) == "two"


def test_a_key_that_is_held_agrees_to_nothing(person: Keyboard) -> None:
    held = threading.Event()

    def hold() -> None:
        # Far more often than it takes, so that a busy machine does not make a pause of it.
        for _ in range(40):
            held.wait(QUIET_SECONDS / 20)
            assert "The row" not in person.shown
            person.types(ENTER)

    person.types(ENTER)  # the last question may have been answered long ago
    hand = threading.Thread(target=hold)
    hand.start()
    person.types_on("The row three", UP, ENTER)
    assert TALK.agree("Which?", ROWS) == "three"
    hand.join()


def test_ctrl_c_is_never_thrown_away(person: Keyboard) -> None:
    person.types(ENTER, CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        TALK.agree("Which?", ROWS)


def test_ctrl_c_that_was_read_with_an_answer_is_not_either(person: Keyboard) -> None:
    person.types(ENTER, CTRL_C)
    assert TALK.choose("Which?", ROWS) == "one"
    with pytest.raises(KeyboardInterrupt):
        TALK.agree("Which?", ROWS)
