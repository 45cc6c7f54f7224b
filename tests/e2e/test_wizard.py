"""The wizard as a person meets it: three questions, a plan, a yes, and what can be done instead."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, CTRL_D, DOWN, ENTER, ESCAPE, SIGN, UP, Terminal

pytestmark = pytest.mark.wizard

WAY, KEY = "What would you like to do?", "Model provider API key"
E_MAIL, TYPED, AGAIN = "Administrator's e-mail:", "Administrator's password:", "Confirm password:"
GO, HOME = "Apply this plan?", "✓ Administrator"
ALL = (KEY, E_MAIL, TYPED, AGAIN, GO)
SHORTEST = "Zq7-pw.9"
ALL_GIVEN: dict[str, Any] = dict(ADMIN)


def to_the_questions(terminal: Terminal) -> Terminal:
    return terminal.answers(WAY, "").answers(KEY, "")


def to_the_plan(terminal: Terminal) -> Terminal:
    to_the_questions(terminal).answers(E_MAIL, EMAIL)
    terminal.answers(TYPED, PASSWORD).answers(AGAIN, PASSWORD)
    return terminal.sees(GO)


def test_four_prompts_and_a_yes_install_on_a_bare_machine(site: Site) -> None:
    """Every key that a person presses is counted, from the first screen to the last.

    The Enter that leaves the home screen is among them, and so are an e-mail address and the
    shortest password there is, typed twice. What is asked is what stays on the screen: the key of
    a provider, the address, the password, the same again, and the yes.
    """
    with Terminal(site, "install") as terminal:
        to_the_questions(terminal).answers(E_MAIL, EMAIL)
        terminal.answers(TYPED, SHORTEST).answers(AGAIN, SHORTEST).sees(GO)
        assert not site.home.exists(), "nothing is made before the yes"
        terminal.types(ENTER).sees("Mosaic is ready").ends()
        assert len(terminal.typed) <= 40, terminal.typed
        token = site.token()
        assert terminal.words.count(token) == 1
        asked = terminal.questions
        assert len(asked) == len(ALL)
        assert all(line.startswith(prompt) for line, prompt in zip(asked, ALL, strict=True))
        assert SHORTEST not in terminal.raw
        for shown in (site.url, str(site.token_file), "mosaic status"):
            assert shown in terminal.text.replace("\n", "")
    assert site.status_with(token) == 200


def test_an_engine_that_does_not_answer_is_shown_and_keeps_nobody_from_going_on(
    site: Site, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "engine"))
        silent.listen()
        with Terminal(site, "install", DOCKER_HOST=f"unix://{tmp_path}/engine") as terminal:
            terminal.sees("Engine", "the container engine does not answer", WAY)
            terminal.types(CTRL_C).ends(130)
    with Terminal(site, "install", DOCKER_HOST=f"unix://{tmp_path}/none") as terminal:
        terminal.sees("Engine", "container engine", WAY).answers(WAY, "").sees(KEY)
        terminal.types(CTRL_C).ends(130)


def test_a_first_run_again_asks_nothing_and_changes_nothing(shared: Site) -> None:
    before = shared.snapshot()
    with Terminal(shared, "install") as terminal:
        terminal.sees("healthy", shared.url, f"{SIGN} Change settings", "Leave")
        assert "✗" not in terminal.text
        terminal.types(DOWN * 6 + ENTER).sees("Nothing was changed.").ends()
        assert SIGN not in terminal.text
        assert shared.run("token", "show").stdout.strip() not in terminal.words
    assert shared.snapshot() == before


def test_wrong_answers_are_said_while_they_are_typed(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        to_the_questions(terminal).answers(E_MAIL, "nobody").sees("an e-mail address looks like")
        terminal.types("@example.org" + ENTER)
        terminal.answers(TYPED, "short").sees("a password has 8 to 128 characters")
        terminal.types("-but-longer" + ENTER)
        differ = "The two passwords do not match. Type it again."
        terminal.answers(AGAIN, "something else").sees(differ)
        terminal.types(PASSWORD + ENTER).types(PASSWORD + ENTER)
        terminal.sees(GO).types("perhaps, yes" + UP + ENTER).sees("Nothing was changed.").ends()
        assert terminal.words.count(AGAIN) == 2
        assert "short" not in terminal.raw
    assert not site.home.exists()


def test_no_changes_nothing(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        to_the_plan(terminal).types(UP + ENTER).sees("Nothing was changed.").ends()
    assert not site.home.exists()


def test_details_show_every_action(site: Site) -> None:
    with Terminal(site, "install") as terminal:
        to_the_plan(terminal)
        terminal.sees("Write the secret session_secret for the gateway, and 1 more")
        assert "setup_secret for the gateway" not in terminal.words
        terminal.types(DOWN * 2 + ENTER).sees("Write the secret setup_secret for the gateway")
        terminal.sees(GO, times=2).types(UP + ENTER).ends()


def test_a_setting_is_changed_from_the_plan(site: Site, free_port: int) -> None:
    with Terminal(site, "install") as terminal:
        to_the_plan(terminal).types(DOWN + ENTER)
        terminal.sees(f"{WAY} {SIGN} Install").types(UP * 5 + ENTER)
        terminal.sees(f"{SIGN} Gateway port {site.port}", "Back")
        terminal.types(ENTER).sees("It must be free.")
        terminal.types("\b" * 5 + "70000" + ENTER).sees("a port is a number between 1 and 65535")
        terminal.types("\b" * 5 + str(free_port) + ENTER)
        terminal.sees(f"Gateway port {free_port}").types(ESCAPE)
        terminal.sees(f"{SIGN} ✓ Gateway {free_port}").types(DOWN * 5 + ENTER)
        terminal.sees(f"http://127.0.0.1:{free_port}").sees(GO, times=2).types(ENTER)
        terminal.sees("Mosaic is ready").ends()
        assert terminal.words.count(f"{SIGN} {E_MAIL}") == 1, "nothing is asked twice"
    assert site.has_working_token(port=free_port)
    assert f"port = {free_port}" in (site.config / "answers.toml").read_text()


def test_what_is_given_is_not_asked(site: Site) -> None:
    with Terminal(site, "install", **ALL_GIVEN) as terminal:
        to_the_questions(terminal).sees(GO)
        assert f"{SIGN} {E_MAIL}" not in terminal.words
        terminal.types(UP + ENTER).ends()
    with Terminal(site, "install", "--yes", **ALL_GIVEN) as terminal:
        terminal.sees("Mosaic is ready").ends()
        assert SIGN not in terminal.text
    assert site.has_working_token()


def test_a_taken_port_is_marked_with_its_holder_and_a_free_one_is_a_key_away(site: Site) -> None:
    with (
        socket.create_server(("127.0.0.1", site.port)),
        Terminal(site, "install", **ALL_GIVEN) as terminal,
    ):
        terminal.sees(f"✗ Gateway {site.port}", "1 problem", f"{SIGN} Use ")
        terminal.sees(f"port {site.port} on 127.0.0.1 is taken by `", "(pid ")
        assert "Install " not in terminal.words, "nothing is offered that must fail"
        port = int(terminal.words.split(f"{SIGN} Use ")[1].split()[0])
        terminal.types(ENTER).sees(f"✓ Gateway {port}", f"{SIGN} Install").types(ENTER)
        terminal.answers(KEY, "").sees(f"Gateway port {port} (entered just now)", GO)
        assert port > site.port
        terminal.types(UP + ENTER).ends()
    assert not site.home.exists()


def test_a_finding_leads_to_its_row_which_offers_the_remedy(site: Site) -> None:
    with (
        socket.create_server(("127.0.0.1", site.port)),
        Terminal(site, "install", **ALL_GIVEN) as terminal,
    ):
        terminal.sees(f"{SIGN} Use ").types(UP * 5 + ENTER)
        terminal.sees(f"✗ Gateway port {site.port}", "is taken by", f"{SIGN} Use ", "Back")
        terminal.types(ENTER).sees(f"{SIGN} Gateway port ").types(ESCAPE)
        terminal.sees("✓ Gateway", f"{WAY} Install").types(CTRL_C).ends(130)


def test_the_usual_port_is_marked_where_it_is_taken(site: Site) -> None:
    with socket.socket() as holder:
        with suppress(OSError):  # taken already: as good
            holder.bind(("127.0.0.1", 14242))
            holder.listen()
        with Terminal(site, "install", MOSAIC_GATEWAY_PORT=None, **ALL_GIVEN) as terminal:
            terminal.sees("14242 on 127.0.0.1 is taken by `", f"{SIGN} Use ").types(UP * 5 + ENTER)
            terminal.sees(f"{SIGN} Use ", "Back").types(UP + ENTER).sees("It must be free")
            terminal.types("\b" * 5 + str(site.port) + ENTER)
            terminal.sees(f"Gateway port {site.port}", "Back").types(CTRL_C).ends(130)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
@pytest.mark.parametrize("stop", [WAY, *ALL, HOME, "Back", "must be free"])
def test_leaving_at_any_prompt_leaves_at_most_the_answers(site: Site, stop: str, key: str) -> None:
    answers = {
        WAY: "",
        KEY: "",
        E_MAIL: EMAIL,
        TYPED: PASSWORD,
        AGAIN: PASSWORD,
        GO: DOWN,
        HOME: UP * 5,
        "Back": "",
        "must be free": "\b" * 5,
    }
    with Terminal(site, "install") as terminal:
        for prompt, answer in answers.items():
            terminal.sees(prompt)
            if prompt == stop:
                break
            terminal.types(answer + ENTER)
        if key == CTRL_D and stop == "must be free":
            terminal.types("\b" * 5)  # it means the end only where nothing is typed
        terminal.types(key).sees("interrupted: nothing was changed").ends(130)
    left = [path.relative_to(site.home) for path in site.home.rglob("*") if path.is_file()]
    is_answered = list(answers).index(stop) > list(answers).index(E_MAIL)
    assert left == ([Path("state/draft.toml")] if is_answered else [])
    assert site.home.exists() == is_answered


def test_ctrl_c_while_it_works_says_how_to_go_on(site: Site) -> None:
    with Terminal(site, "install", "--yes", **ALL_GIVEN) as terminal:
        terminal.sees("Wait for the gateway to answer").types(CTRL_C)
        terminal.sees("interrupted at:", "`mosaic install` continues from here").ends(130)
        assert "`mosaic uninstall` removes it" in terminal.words
    with Terminal(site, "install", "--yes", **ALL_GIVEN) as terminal:
        terminal.sees("Mosaic is ready").ends()
    assert site.has_working_token()
    assert "Already up to date" in site.run("install").stderr


def test_uninstall_asks_and_enter_means_no(shared: Site) -> None:
    before = shared.snapshot()
    with Terminal(shared, "uninstall", "--purge") as terminal:
        terminal.sees("ALL ITS DATA", "(no/yes)").types(ENTER).sees("Nothing was changed").ends()
    with Terminal(shared, "uninstall") as terminal:
        terminal.sees("keep its data").types(CTRL_C).ends(130)
    assert shared.snapshot() == before
