"""Keys that were meant for another question: none of them ever installs what was not shown."""

from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import ENTER, UP, Terminal

pytestmark = pytest.mark.wizard

WAY, GO, KEY = "What would you like to do?", "Apply this plan?", "Model provider API key"
GIVEN: dict[str, Any] = dict(ADMIN)
HELD = ENTER * 30
PASTED = "yes\n1\ninstall\n" * 30


def test_enter_twice_at_every_question_shows_the_plan_and_waits(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.sees(WAY).types(ENTER).sees(KEY).types(ENTER * 2)
        terminal.sees("Administrator's e-mail").types(EMAIL + ENTER * 2)
        terminal.sees("Administrator's password").types(PASSWORD + ENTER)
        terminal.sees("Confirm password:").types(PASSWORD + ENTER * 2)
        terminal.sees(GO, "Install now", "Cancel")
        assert not site.home.exists()
        terminal.types(UP + ENTER).sees("Nothing was changed.").ends()
    assert not site.home.exists()


@pytest.mark.parametrize("typed", [HELD, PASTED], ids=["held Enter", "pasted lines"])
def test_what_is_typed_ahead_is_thrown_away_before_the_plan_is_agreed_to(
    site: Site, typed: str
) -> None:
    with Terminal(site, "install", **GIVEN) as terminal:
        terminal.sees(WAY).types(ENTER).sees(KEY).types(ENTER + typed)
        terminal.sees(GO, "Install now", "Cancel")
        assert not site.home.exists()
        assert "yes" not in terminal.words, "no ghosts of keys"
        terminal.types(UP + ENTER).sees("Nothing was changed.").ends()
    assert not site.home.exists()


def test_in_plain_lines_only_the_word_yes_that_was_asked_for_installs(site: Site) -> None:
    with Terminal(site, "install", "--plain", TERM="dumb", **GIVEN) as terminal:
        terminal.sees(WAY).types("\n").sees(KEY).types("\n" + PASTED)
        terminal.sees(GO, "1. Install now", "6. Cancel", "Number, or yes for 1")
        for typed in ("", "1", "y"):
            terminal.types(f"{typed}\n")
        terminal.sees("type the word yes for 1, or a number from 2 to 6", times=3)
        assert not site.home.exists()
        terminal.types("6\n").sees("Nothing was changed.").ends()
    assert not site.home.exists()
