"""The wizard beyond its shortest way: back from everywhere, kept answers, without a screen."""

import sys
import tomllib
from signal import SIGTERM
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, DOWN, ENTER, ESCAPE, SIGN, UP, Terminal
from tests.standins.server import StandIn
from tests.standins.services import openai

pytestmark = pytest.mark.wizard

WAY, MENU, GO = "How do you want to go on?", "What do you want to look at?", "Go ahead?"
KEY, E_MAIL = "Key of a model provider", "Administrator's e-mail"
GIVEN: dict[str, Any] = dict(ADMIN)
FIRST = (WAY, KEY, E_MAIL, "Administrator's password", "The same again", GO)


def quickly(terminal: Terminal) -> Terminal:
    terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL)
    return terminal.answers("password:", PASSWORD).answers("The same again:", PASSWORD)


def count(terminal: Terminal) -> None:
    sys.stdout.write(f"{len(terminal.questions)} questions: {terminal.questions}\n")


def test_quick_start_asks_three_things_between_the_way_and_the_yes(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        quickly(terminal).answers(GO, "yes").sees("Mosaic is ready").ends()
    count(terminal)
    asked = zip(terminal.questions, FIRST, strict=True)
    assert all(question.startswith(first) for question, first in asked)
    assert site.has_working_token()


def test_a_key_of_the_environment_is_offered_and_kept(site: Site) -> None:
    key = "sk-ant-" + "x" * 40
    with Terminal(site, "install", ANTHROPIC_API_KEY=key) as terminal:
        terminal.sees("ANTHROPIC_API_KEY in the environment").answers(WAY, "")
        terminal.sees("Which model provider?", "Anthropic, with ANTHROPIC_API_KEY")
        terminal.types(ENTER).answers(E_MAIL, EMAIL).answers("password:", PASSWORD)
        terminal.answers("The same again:", PASSWORD)
        terminal.sees("API key of Anthropic given (ANTHROPIC_API_KEY)", GO)
        assert key not in terminal.raw
        terminal.types(CTRL_C).ends(130)
    assert key not in (site.state / "draft.toml").read_text()


def test_customising_goes_back_twice_and_asks_nothing_twice(site: Site, free_port: int) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, DOWN).sees(MENU, "Administrator: none (needs you)")
        terminal.types(DOWN + ENTER).sees(f"Port of the gateway: {site.port}", "Back")
        terminal.types(ENTER).sees("It must be free").types(ESCAPE)  # back to the section
        terminal.sees("Gateway: (arrow keys").types(ENTER).sees("It must be free", times=2)
        terminal.types("\b" * 5 + str(free_port) + ENTER)
        terminal.sees(f"Port of the gateway: {free_port}", times=2).types(ESCAPE)  # to the menu
        terminal.sees(MENU, times=2).sees(f"Gateway: {free_port} (settled)")
        terminal.types(UP * 2 + ENTER).answers(E_MAIL, EMAIL).sees("password:").types(ESCAPE)
        terminal.sees(f"{E_MAIL}: {EMAIL}", times=2).types(ENTER)  # the answer is still there
        terminal.sees("password:", times=2).types(PASSWORD + ENTER)
        terminal.answers("The same again:", PASSWORD)
        terminal.sees(f"Port of the gateway {free_port} (typed now)", GO)
        terminal.types("yes" + ENTER).sees("Mosaic is ready").ends()
    count(terminal)
    assert KEY not in terminal.words, "who customises finds the providers in the menu"
    assert site.has_working_token(port=free_port)


def test_what_is_broken_is_offered_to_be_repaired_first(installed: Site) -> None:
    installed.run("gateway", "stop")
    with Terminal(installed, "install") as terminal:
        terminal.sees("steps not done", f"{SIGN} Repair: do what is not done").types(ENTER)
        terminal.sees("Start the gateway as a process").answers(GO, "yes")
        terminal.sees("Mosaic is ready").ends()
        assert len(terminal.questions) == 2
    assert installed.has_working_token()


def test_a_changed_setting_is_offered_to_be_applied(installed: Site) -> None:
    with Terminal(installed, "install", "--set", "agent.name=Ada") as terminal:
        terminal.sees(f"{SIGN} Apply the changed settings").types(ENTER)
        terminal.sees("Name of the agent Ada (--set agent.name)").answers(GO, "yes")
        terminal.sees("Mosaic is ready").ends()
    with Terminal(installed, "install") as terminal:
        terminal.sees("Nothing changed").ends()
        assert terminal.questions == []


def test_the_review_explains_each_step_and_shows_each_file(site: Site) -> None:
    with Terminal(site, "install", **GIVEN) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(GO, "explain")
        terminal.sees("Which step?", f"{SIGN} Directories: Make the directory").types(ENTER)
        terminal.sees("only you can enter", f"Touches {site.home}", "once it is empty")
        terminal.sees("Which step?", times=2).types(ESCAPE)
        terminal.sees(GO, times=2).types("files" + ENTER)
        terminal.sees("+MOSAIC_GATEWAY_PORT=", '+ "tier": "local"').sees(GO, times=3)
        terminal.types(ESCAPE).sees("What do you want to look at?").types(UP + ENTER)
        terminal.sees(GO, times=4).types("no" + ENTER).sees("Nothing was changed.").ends()
    assert not site.home.exists()


def test_mixed_mode_asks_for_the_named_sections_only(site: Site) -> None:
    with Terminal(site, "install", "--ask", "agent", **GIVEN) as terminal:
        terminal.sees("What the agent is for:", f"{SIGN} general").types(ENTER)
        terminal.answers("Name of the agent:", "\b" * 6 + "Ada")
        terminal.sees("Name of the agent Ada (typed now)")
        terminal.answers(GO, "yes").sees("Mosaic is ready").ends()
        assert WAY not in terminal.words
    assert 'name = "Ada"' in (site.config / "answers.toml").read_text()


def test_mixed_mode_asks_row_by_row_and_goes_back_row_by_row(site: Site) -> None:
    own: dict[str, Any] = {"MOSAIC_OLLAMA_URL": "http://127.0.0.1:1", **GIVEN}
    with Terminal(site, "install", "--ask", "channels", "--ask", "providers", **own) as terminal:
        terminal.answers("Token of the Discord bot", "123:abcdefgh")
        terminal.sees("Discord server").types(ESCAPE).sees("Token of the Discord bot", times=2)
        terminal.types("none" + ENTER).answers("Token of the Telegram bot", "")
        terminal.answers("API key of Anthropic", "").answers("API key of OpenAI", "")
        terminal.sees("API key of OpenRouter").types(ESCAPE).sees("API key of OpenAI", times=2)
        terminal.types(ENTER).sees("API key of OpenRouter", times=2).types(ENTER)
        terminal.answers("API key of Z.AI", "").answers("Address of Ollama: http", "")
        terminal.answers("Model of Ollama:", "").answers("Small model of Ollama:", "")
        terminal.sees("Pull the models").types(ENTER).sees("Model that makes vectors").types(ENTER)
        terminal.answers(GO, "no").sees("Nothing was changed.").ends()
        for needless in ("Address of Anthropic", "Discord server", "Take over keys"):
            assert not any(row.startswith(needless) for row in terminal.questions[3:])
    assert not site.home.exists()


def test_mixed_mode_asks_the_first_question_without_a_way_back(site: Site) -> None:
    with Terminal(site, "install", "--ask", "admin", "--ask", "gateway", **GIVEN) as terminal:
        terminal.sees(f"{E_MAIL}: {EMAIL}").types(ESCAPE + ENTER)
        terminal.sees("Administrator's name").types(ENTER).answers("password:", PASSWORD)
        terminal.answers("The same again:", PASSWORD).sees("Port of the gateway").types(ESCAPE)
        terminal.sees("password:", times=2).types(CTRL_C).ends(130)


def test_mixed_mode_refuses_what_it_cannot_do(site: Site) -> None:
    done = site.run("install", "--ask", "agnet", code=2)
    done.says("`--ask` needs a terminal")
    with Terminal(site, "install", "--ask", "agnet", **GIVEN) as terminal:
        terminal.sees("there is no such section; did you mean `agent`?").ends(2)
    with Terminal(site, "install", "--ask", "agent") as terminal:
        terminal.sees("What the agent is for").types(ENTER).answers("Name of the agent:", "")
        terminal.sees("admin.email is missing: set MOSAIC_ADMIN_EMAIL").ends(2)


def test_answers_before_ctrl_c_are_offered_again_and_gone_with_the_yes(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password:")
        terminal.types("half-typ" + CTRL_C)
        terminal.sees("Your answers are kept for the next run").ends(130)
    draft = site.state / "draft.toml"
    assert tomllib.loads(draft.read_text()) == {"admin": {"email": EMAIL}}
    assert draft.stat().st_mode & 0o777 == 0o600
    assert draft.parent.stat().st_mode & 0o777 == 0o700
    with Terminal(site, "install") as terminal:
        terminal.sees("those of an interrupted run are offered again")
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("The same again:", PASSWORD)
        terminal.answers(GO, "yes").sees("Mosaic is ready").ends()
    assert not draft.exists()
    site.run("uninstall", "--purge", "--yes")
    assert not site.home.exists()


def test_kept_answers_go_with_an_uninstall(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password:")
        terminal.types(CTRL_C).ends(130)
    assert "they are removed" in site.run("uninstall", "--yes").stderr
    assert not site.home.exists()


def test_answers_survive_two_interruptions_and_a_failure(site: Site, free_port: int) -> None:
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, DOWN).answers(MENU, DOWN).sees("Port of the gateway").types(ENTER)
        terminal.answers("It must be free", "\b" * 5 + str(free_port))
        terminal.sees(f"Port of the gateway: {free_port}", times=2).types(CTRL_C).ends(130)
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password:")
        terminal.types(CTRL_C).ends(130)
    assert tomllib.loads((site.state / "draft.toml").read_text()) == {
        "admin": {"email": EMAIL},
        "gateway": {"port": str(free_port)},
    }
    (site.home / "data").touch()  # a directory is needed there
    with Terminal(site, "install", MOSAIC_GATEWAY_PORT=None) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("The same again:", PASSWORD)
        terminal.sees(f"Port of the gateway {free_port} (your interrupted run)")
        terminal.answers(GO, "yes").sees("is in the way", "are kept for the next run").ends(1)
    assert EMAIL in (site.state / "draft.toml").read_text()


def test_what_no_answer_mends_is_said_before_anything_is_asked(site: Site) -> None:
    site.home.touch()
    with Terminal(site, "install") as terminal:
        terminal.sees("is not a directory", f"{SIGN} Look again, when that is mended")
        terminal.types(ENTER).sees("is not a directory", times=2).sees(f"{SIGN} Look again")
        site.home.unlink()
        terminal.types(ENTER).sees(f"{SIGN} Quick start").types(UP + ENTER)
        terminal.sees("Nothing was changed.").ends()
        assert E_MAIL not in terminal.words
    site.home.touch()
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, UP).sees("found what would make", "hint: ").ends(4)


def test_a_key_is_tried_where_it_is_pasted_and_once(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **GIVEN}
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").answers(KEY, "sk-mistyped-key-1")
            terminal.sees("Trying OpenAI with a real call", "error: OpenAI refused the key")
            terminal.sees("What now?", f"{SIGN} Give another one").types(ENTER)
            terminal.sees(KEY, times=2).types("sk-mistyped-key-2" + ENTER)
            terminal.sees("What now?", times=2).types(ESCAPE)
            terminal.sees(KEY, times=3).types("sk-the-right-one" + ENTER)
            terminal.sees("It works: 2 models.", GO).types("no" + ENTER).ends()
            assert "sk-the-right" not in terminal.raw
        assert len(service.asked) == 3


def test_a_refused_key_is_said_and_can_be_kept(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **GIVEN}
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").answers(KEY, "sk-mistyped-key-1")
            terminal.sees("What now?", "Keep it anyway").types(DOWN + ENTER)
            terminal.sees("API key of OpenAI given (typed now)", GO)
            assert "sk-mistyped" not in terminal.raw
            terminal.types("yes" + ENTER).sees("Mosaic is ready").ends()
        assert len(service.asked) == 1
    assert "sk-mistyped-key-1" in (site.config / "secrets.toml").read_text()


def test_a_refused_key_can_be_left_out(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        key = {"OPENAI_API_KEY": "sk-mistyped-key-1"}
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **key, **GIVEN}
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").sees("Which model provider?").types(ENTER)
            terminal.sees("What now?").types(UP + ENTER).sees(GO)
            assert "API key of OpenAI" not in terminal.words
            terminal.types("no" + ENTER).ends()


def test_a_provider_that_cannot_be_reached_keeps_nobody(site: Site) -> None:
    where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"http://127.0.0.1:{site.port}", **GIVEN}
    with Terminal(site, "install", **where) as terminal:
        terminal.answers(WAY, "").answers(KEY, "sk-example-key-1")
        terminal.sees("warning: OpenAI cannot be reached", GO).types("no" + ENTER).ends()
        assert terminal.words.count("Trying OpenAI") == 1


def test_a_key_that_is_refused_in_the_menu_is_said_in_the_review(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **GIVEN}
        with Terminal(site, "install", "--ask", "providers", **where) as terminal:
            terminal.answers("API key of Anthropic", "").answers("API key of OpenAI", "sk-mistyped")
            for row in ("Address of OpenAI", "Model of OpenAI", "Small model of OpenAI"):
                terminal.answers(row, "")
            for row in ("OpenRouter", "Z.AI"):
                terminal.answers(f"API key of {row}", "")
            terminal.answers("Address of Ollama", "").sees("[secrets-are-accepted]")
            terminal.sees("Change a setting", "Keep it anyway").types(DOWN + ENTER)
            terminal.sees(GO).types("no" + ENTER).ends()


@pytest.mark.parametrize("is_plain", [False, True])
def test_a_window_that_is_closed_keeps_the_answers(site: Site, is_plain: bool) -> None:  # noqa: FBT001
    words = ("install", "--plain") if is_plain else ("install",)
    with Terminal(site, *words) as terminal:
        terminal.answers(WAY, "").answers(KEY, "").answers(E_MAIL, EMAIL).sees("password")
        terminal.closes()
    assert not site.processes()
    draft = site.state / "draft.toml"
    assert tomllib.loads(draft.read_text()) == {"admin": {"email": EMAIL}}
    assert [path for path in site.home.rglob("*") if path.is_file()] == [draft]
    with Terminal(site, "install") as terminal:
        terminal.sees("those of an interrupted run are offered again")
        terminal.sees("Password asked again: it is never kept before it is used")
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.sees("password:").types("half-typed").is_told(SIGTERM)
        terminal.sees("Your answers are kept for the next run", "nothing was changed").ends(130)
        assert "half-typed" not in draft.read_text()
    with Terminal(site, "install") as terminal:
        terminal.answers(WAY, "").answers(KEY, "").sees(f"{E_MAIL}: {EMAIL}").types(ENTER)
        terminal.answers("password:", PASSWORD).answers("The same again:", PASSWORD)
        terminal.answers(GO, "yes").sees("Mosaic is ready").ends()
    assert not draft.exists()


def test_a_window_that_is_closed_while_it_works_is_as_good_as_ctrl_c(site: Site) -> None:
    with Terminal(site, "install", "--yes", **GIVEN) as terminal:
        terminal.sees("Wait until the gateway answers").closes()
    assert '"interrupted"' in site.journal.read_text()
    site.install("--yes")
    assert site.has_working_token()


def test_a_window_may_be_resized_at_a_question(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        terminal.sees(WAY, "Leave: change nothing").resizes(30)
        terminal.types(DOWN).sees(f"{SIGN} Customise: look at every setting")
        terminal.types(UP + ENTER).sees(KEY).resizes(100).types(ENTER)
        terminal.answers(E_MAIL, EMAIL).sees("password:").types(CTRL_C).ends(130)


def test_names_in_any_script_keep_their_place(site: Site) -> None:
    for name in ("李小龙", "עדה לאבלייס", "Ада Лавлейс"):
        with Terminal(site, "install", columns=40, MOSAIC_ADMIN_NAME=name, **GIVEN) as terminal:
            terminal.answers(WAY, "").answers(KEY, "").sees(GO)
            assert name in "".join(terminal.lines).replace("  ", " ") or name in terminal.raw
            terminal.types("no" + ENTER).sees("Nothing was changed.").ends()


def test_plain_lines_need_no_screen_at_all(site: Site) -> None:
    with Terminal(site, "install", "--plain", TERM="dumb") as terminal:
        terminal.sees(WAY, "1. Quick start: at most three questions", "Number [1]:")
        terminal.types("\n").sees(KEY).types("\n").sees(f"{E_MAIL}").types("nobody\n")
        terminal.sees("error: an e-mail address looks like").types(f"{EMAIL}\n")
        terminal.sees("Administrator's password (not shown)").types("<\n")
        terminal.sees(f"{E_MAIL} [{EMAIL}]").types("\n")
        terminal.sees("Administrator's password (not shown)", times=2).types(f"{PASSWORD}\n")
        terminal.sees("The same again").types(f"{PASSWORD}\n")
        terminal.sees("Gateway: Start the gateway as a process", GO).types("yes\n")
        terminal.sees("Mosaic is ready", "Next:").ends()
        assert "\x1b" not in terminal.raw
        assert PASSWORD not in terminal.raw
    assert site.has_working_token()


def test_nothing_moves_where_the_person_wants_it_so(site: Site) -> None:
    with Terminal(site, "install", "--yes", MOSAIC_REDUCED_MOTION="1", **GIVEN) as terminal:
        terminal.sees("Wait until the gateway answers", "Mosaic is ready").ends()
        assert "mean nothing here" not in terminal.words
        assert "\x1b[1A" not in terminal.raw
        assert "\x1b[?25l" not in terminal.raw, "no cursor is hidden, so nothing turns"
