"""The wizard beyond its shortest way: back from everywhere, kept answers, without a screen."""

from socket import socket
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, DOWN, ENTER, ESCAPE, SIGN, UP, Terminal
from tests.questions_table import QUESTIONS, Recorder

pytestmark = pytest.mark.wizard

WAY, GO = "What would you like to do?", "Apply this plan?"
KEY, E_MAIL = "Model provider API key", "Administrator's e-mail"
GIVEN: dict[str, Any] = dict(ADMIN)
FIRST = (KEY, E_MAIL, "Administrator's password", "Confirm password", GO)


def quickly(terminal: Terminal) -> Terminal:
    terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL)
    return terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)


def test_quick_start_asks_three_things_between_the_way_and_the_yes(
    site: Site, record_property: Recorder
) -> None:
    with Terminal(site, "install") as terminal:
        quickly(terminal).answers(GO, "").sees("Mosaic is ready").ends()
    record_property(f"{QUESTIONS}quick start", len(terminal.questions))
    asked = zip(terminal.questions, FIRST, strict=True)
    assert all(question.startswith(first) for question, first in asked)
    assert site.has_working_token()


def test_customising_goes_back_twice_and_asks_nothing_twice(
    site: Site, free_port: int, record_property: Recorder
) -> None:
    with Terminal(site, "install") as terminal:
        terminal.sees(WAY, "! Administrator required").types(UP * 5 + ENTER)
        terminal.sees(f"{SIGN} Gateway port {site.port}", "Back").types(ENTER)
        terminal.sees("It must be free").types(ESCAPE)  # back to the section
        terminal.sees(f"{SIGN} Gateway port", "Back").types(ENTER).sees("It must be free")
        terminal.types("\b" * 5 + str(free_port) + ENTER)
        terminal.sees(f"Gateway port {free_port}").types(ESCAPE)  # to the home screen
        terminal.sees(f"{SIGN} ✓ Gateway {free_port}").types(DOWN + ENTER)
        terminal.sees(f"{E_MAIL} required").types(ENTER).answers(f"{E_MAIL}:", EMAIL)
        terminal.sees(f"{SIGN} {E_MAIL} {EMAIL}").types(DOWN * 2 + ENTER)
        terminal.sees("password:").types(ESCAPE).sees(f"{E_MAIL} {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("Confirm password:", PASSWORD)
        terminal.sees("password given").types(ESCAPE)
        terminal.sees(f"✓ Administrator {EMAIL}, password given")
        terminal.types(DOWN * 4 + ENTER)
        terminal.sees(f"Gateway port {free_port} (entered just now)")
        terminal.sees("no model provider is set up", GO)
        terminal.types(ENTER).sees("Mosaic is ready").ends()
    record_property(f"{QUESTIONS}customise, back twice", len(terminal.questions))
    assert terminal.questions == ["Apply this plan? Install now"], "a visit leaves nothing behind"
    assert KEY not in terminal.words, "who customises finds the providers among the settings"
    assert site.has_working_token(port=free_port)


def test_what_is_broken_is_offered_to_be_repaired_first(
    stopped: Site, record_property: Recorder
) -> None:
    with Terminal(stopped, "install") as terminal:
        terminal.sees("1 problem", "✗ the gateway", f"{SIGN} Repair 1 problem")
        terminal.types(ENTER).sees("Start the gateway as a process").answers(GO, "")
        terminal.sees("Mosaic is ready").ends()
        assert len(terminal.questions) == 1
    record_property(f"{QUESTIONS}repair", len(terminal.questions))
    assert stopped.has_working_token()


def test_a_changed_setting_is_offered_to_be_applied(installed: Site) -> None:
    with Terminal(installed, "install", "--set", "agent.name=Ada") as terminal:
        terminal.sees(f"{SIGN} Apply your changes").types(ENTER)
        terminal.sees("Agent name Ada (--set agent.name)").answers(GO, "")
        terminal.sees("Mosaic is ready").ends()
    with Terminal(installed, "install") as terminal:
        terminal.sees("healthy", f"{SIGN} Change settings").types(CTRL_C).ends(130)
        assert terminal.questions == []


def test_the_review_explains_each_step_and_shows_each_file(site: Site) -> None:
    with Terminal(site, "install", **GIVEN) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(GO, DOWN * 3)
        terminal.sees("Which step?", f"{SIGN} Folders: Create the folder").types(ENTER)
        terminal.sees("only you can open", f"Touches {site.home}", "once it is empty")
        terminal.types(ESCAPE).sees("Which step?", times=2).types(ESCAPE)
        terminal.sees(GO, times=2).types(DOWN * 4 + ENTER)
        terminal.sees("+MOSAIC_GATEWAY_PORT=", '+ "tier": "local"').sees(GO, times=3)
        assert '+  "tier": "local"' in terminal.text, "the blanks of a file stay"
        terminal.types(ESCAPE).sees(f"{WAY} {SIGN} Install").types(ENTER)
        terminal.sees(GO, times=4).types(UP + ENTER).sees("Nothing was changed.").ends()
    assert not site.home.exists()


def test_a_port_that_is_taken_meanwhile_is_seen(site: Site) -> None:
    with Terminal(site, "install", **GIVEN) as terminal, socket() as other:
        terminal.sees(f"{SIGN} Install")
        other.bind(("127.0.0.1", site.port))
        other.listen()
        terminal.types(ENTER).answers(KEY, "")
        terminal.sees("1 problem", f"port {site.port} on 127.0.0.1 is taken by", "Leave")
        terminal.sees(f"{SIGN} Use ").types(DOWN * 2 + ENTER)
        terminal.sees("would make the installation fail").ends(4)


def test_what_no_answer_mends_is_said_before_anything_is_asked(site: Site) -> None:
    site.home.touch()
    with Terminal(site, "install") as terminal:
        terminal.sees("is not a folder", f"{SIGN} Check again")
        site.home.unlink()
        terminal.types(ENTER).sees(f"{SIGN} Install").types(DOWN * 2 + ENTER)
        terminal.sees("Nothing was changed.").ends()
        assert E_MAIL not in terminal.words
    site.home.touch()
    with Terminal(site, "install") as terminal:
        terminal.sees(f"{SIGN} Check again").types(DOWN + ENTER)
        terminal.sees("would make the installation fail", "hint: ").ends(4)


def test_a_window_that_is_closed_while_it_works_is_as_good_as_ctrl_c(site: Site) -> None:
    with Terminal(site, "install", "--yes", **GIVEN) as terminal:
        terminal.sees("Wait for the gateway to answer").closes()
    assert '"interrupted"' in site.journal.read_text()
    site.install("--yes")
    assert site.has_working_token()


def test_a_window_may_be_resized_at_a_question(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.sees(WAY, "Leave").resizes(30)
        terminal.types(DOWN).sees(f"{SIGN} Check again")
        terminal.types(UP + ENTER).sees(KEY).resizes(100).types(ENTER)
        terminal.answers(E_MAIL, EMAIL).sees("password:").types(CTRL_C).ends(130)


def test_names_in_any_script_keep_their_place(site: Site) -> None:
    for name in ("李小龙", "עדה לאבלייס", "Ада Лавлейс"):
        with Terminal(site, "install", columns=40, MOSAIC_ADMIN_NAME=name, **GIVEN) as terminal:
            terminal.answers(WAY, "").answers(KEY, "").sees(GO)
            assert name in "".join(terminal.lines).replace("  ", " ") or name in terminal.raw
            terminal.types(UP + ENTER).sees("Nothing was changed.").ends()


def test_plain_lines_need_no_screen_at_all(site: Site) -> None:
    with Terminal(site, "install", "--plain", TERM="dumb") as terminal:
        terminal.sees(WAY, "1. Storage: local", "7. Install", "9. Leave", "Number [7]:")
        terminal.types("\n").sees(KEY).types("\n").sees(f"{E_MAIL}").types("nobody\n")
        terminal.sees("error: an e-mail address looks like").types(f"{EMAIL}\n")
        terminal.sees("Administrator's password (not shown)").types("<\n")
        terminal.sees(f"{E_MAIL} [{EMAIL}]").types("\n")
        terminal.sees("Administrator's password (not shown)", times=2).types(f"{PASSWORD}\n")
        terminal.sees("Confirm password").types(f"{PASSWORD}\n")
        terminal.sees("Gateway: Create the database", GO).types("yes\n")
        terminal.sees("Mosaic is ready", "Next:").ends()
        assert "\x1b" not in terminal.raw
        assert PASSWORD not in terminal.raw
    assert site.has_working_token()


def test_nothing_moves_where_the_person_wants_it_so(site: Site) -> None:
    with Terminal(site, "install", "--yes", MOSAIC_REDUCED_MOTION="1", **GIVEN) as terminal:
        terminal.sees("Wait for the gateway to answer", "Mosaic is ready").ends()
        assert "mean nothing here" not in terminal.words
        assert "\x1b[1A" not in terminal.raw
        assert "\x1b[?25l" not in terminal.raw, "no cursor is hidden, so nothing turns"
