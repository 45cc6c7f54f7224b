"""What a terminal can do to the conversation: tiny windows, new sizes, huge pastes, any script."""

import tomllib
from typing import Any
from unicodedata import normalize

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, CTRL_U, DOWN, ENTER, LATEST, SIGN, UP, Terminal, pasted

pytestmark = pytest.mark.wizard

WAY, GO, KEY = "What would you like to do?", "Apply this plan?", "Model provider API key"
E_MAIL = "Administrator's e-mail"
GIVEN: dict[str, Any] = dict(ADMIN)
PASTE = 8192


def test_a_window_of_20_by_5_is_enough(site: Site) -> None:
    with Terminal(site, "install", columns=20, rows=5) as terminal:
        terminal.answers(f"{SIGN} Install", "").answers(KEY, "").answers("e-mail:", EMAIL)
        terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)
        terminal.sees("Plan", "Verification", "Apply this plan?")
        for whole in ("Administrator's", "password", "Configuration", "Verification"):
            assert any(whole in line for line in terminal.lines), whole
        terminal.types(ENTER).sees("Mosaic is ready").ends()
    assert site.has_working_token()


def test_a_menu_is_scrolled_in_a_window_of_20_by_5(site: Site) -> None:
    with Terminal(site, "install", columns=20, rows=5, **GIVEN) as terminal:
        terminal.sees(f"{SIGN} Install").types(UP).sees(f"{SIGN} · Telemetry").types(UP * 5)
        terminal.sees(f"{SIGN} · Storage").types(DOWN * 4).sees(f"{SIGN} · Agent: Mosaic").types(
            DOWN * 2
        )
        terminal.sees(f"{SIGN} Install").types(ENTER).answers(KEY, "").sees(GO).types(
            UP + ENTER
        ).sees("Nothing was changed.").ends()
    assert not site.home.exists()


def test_a_window_may_be_resized_at_every_question(site: Site) -> None:
    with Terminal(site, "install", columns=100, rows=30) as terminal:
        terminal.sees(WAY, "Leave").resizes(30, 10).types(ENTER)
        terminal.sees(KEY).resizes(20, 5).types(ENTER)
        terminal.sees("e-mail:").types("ada@exam").sees("ada@exam").resizes(100, 30)
        terminal.types("ple.org" + ENTER).sees("password:").types("correct-").resizes(40, 12)
        terminal.types("horse-9" + ENTER).answers("Confirm password:", PASSWORD).sees(GO)
        assert "ada@example.org" in terminal.words
        terminal.types(UP + ENTER).sees("Nothing was changed.").ends()


def test_a_paste_that_is_no_answer_is_refused_and_can_be_taken_away(site: Site) -> None:
    with Terminal(site, "install", columns=60, rows=24) as terminal:
        terminal.answers(WAY, "").sees(KEY).types(pasted("x" * PASTE) + ENTER)
        terminal.sees("this is more than a key").types(CTRL_U)
        terminal.types(pasted("export A_KEY='sk-one'\nexport B_KEY='sk-two'\n") + ENTER)
        terminal.sees("a key is one word").types(CTRL_U + ENTER)
        terminal.sees(E_MAIL).types(pasted("y" * PASTE) + ENTER)
        terminal.sees("an e-mail address looks like").types(CTRL_U)
        terminal.types(pasted(f"{EMAIL}\r\n") + ENTER).sees("password:").types(CTRL_C).ends(130)
    assert EMAIL in (site.state / "draft.toml").read_text()


def test_what_no_keyboard_sends_is_refused(site: Site) -> None:
    with Terminal(site, "install", "--ask", "agent", **GIVEN) as terminal:
        terminal.sees("What the agent is for").types(ENTER).sees("Agent name:")
        terminal.types(CTRL_U).types(b"Ada\xff\r").sees("this must be UTF-8 text")
        terminal.types(CTRL_U + pasted("A\x00\x07\x1b[31mda") + ENTER)
        terminal.sees("this must be one line without control characters")
        terminal.types(CTRL_U + "Ada" + ENTER).sees("Agent name Ada (entered just now)", GO)
        terminal.types(UP + ENTER).sees("Nothing was changed.").ends()


def test_a_paste_in_plain_lines_is_refused_as_well(site: Site) -> None:
    with Terminal(site, "install", "--plain", TERM="dumb") as terminal:
        terminal.sees("Number [7]").types("\n").sees(KEY).types("x" * PASTE + "\n")
        terminal.sees("the terminal has probably cut this off").types(CTRL_C).ends(130)


@pytest.mark.parametrize("columns", [20, 40])
def test_names_in_any_script_are_typed_and_kept(site: Site, columns: int) -> None:
    names = ("李小龙李小龙", "עדה לאבלייס", "Ада Лавлейс", "Ade\u0301le 👩")
    for name in names:
        with Terminal(site, "install", "--ask", "agent", columns=columns, **GIVEN) as terminal:
            terminal.sees("What the agent is for").types(ENTER).sees("Agent name:")
            terminal.types(CTRL_U + name + ENTER).sees(GO)
            review = "".join(terminal.text.split("Settings")[1].split())
            assert normalize("NFC", "".join(name.split())) in normalize("NFC", review)
            terminal.types(CTRL_C).ends(130)
        draft = (site.state / "draft.toml").read_text("utf-8")
        assert tomllib.loads(draft)["agent"]["name"] == name


def test_a_failure_says_first_how_the_program_ended_and_the_end_of_its_screen(site: Site) -> None:
    terminal = Terminal(site, "install", "--help", columns=40)
    with pytest.raises(AssertionError) as failure, terminal:
        terminal.sees("usage:", "no such words")
    first, *lines = str(failure.value).splitlines()
    assert "never showed ['no such words']; the program ended with exit status 0" in first
    shown = terminal.text.splitlines()
    assert lines == [*shown[-LATEST:], "", "above these lines:", *shown[:-LATEST]]
