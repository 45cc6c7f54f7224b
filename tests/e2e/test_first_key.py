"""The key of a model provider: tried where it is pasted, changed or kept where it is refused."""

import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, DOWN, ENTER, ESCAPE, SIGN, UP, Terminal
from tests.standins.server import StandIn
from tests.standins.services import openai

pytestmark = pytest.mark.wizard

WAY, GO, KEY = "What would you like to do?", "Apply this plan?", "Model provider API key"
E_MAIL = "Administrator's e-mail"
GIVEN: dict[str, Any] = dict(ADMIN)
ALONE = ("unshare", "--map-root-user", "--net")


def test_a_key_of_the_environment_is_offered_and_kept(site: Site) -> None:
    key = "sk-ant-" + "x" * 40
    with Terminal(site, "install", ANTHROPIC_API_KEY=key) as terminal:
        terminal.sees("ANTHROPIC_API_KEY in the environment").answers(WAY, "")
        terminal.sees("Which model provider?", "Anthropic, with ANTHROPIC_API_KEY")
        terminal.types(ENTER).answers(E_MAIL, EMAIL).answers("password:", PASSWORD)
        terminal.answers("Confirm password:", PASSWORD)
        terminal.sees("Anthropic API key given (ANTHROPIC_API_KEY)", GO)
        assert key not in terminal.raw
        terminal.types(CTRL_C).ends(130)
    assert key not in (site.state / "draft.toml").read_text()


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
            terminal.sees("It works: 2 models.", GO).types(UP + ENTER).ends()
            assert "sk-the-right" not in terminal.raw
        assert len(service.asked) == 3


def test_a_refused_key_is_said_and_can_be_kept(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **GIVEN}
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").answers(KEY, "sk-mistyped-key-1")
            terminal.sees("What now?", "Keep it anyway").types(DOWN + ENTER)
            terminal.sees("OpenAI API key given (entered just now)", GO)
            assert "sk-mistyped" not in terminal.raw
            terminal.types(ENTER).sees("warning: no model answers yet", "refuses the API key")
            terminal.sees("Mosaic is ready", "check for problems").ends()
            last = terminal.words.partition("check for problems")[2]
            assert "warning: OpenAI refused the key" in last
            assert "warning: no model answers yet" in last
        assert [each.method for each in service.asked] == ["GET", "POST"]
    assert "sk-mistyped-key-1" in (site.config / "secrets.toml").read_text()


def test_a_refused_key_can_be_left_out(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        key = {"OPENAI_API_KEY": "sk-mistyped-key-1"}
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **key, **GIVEN}
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").sees("Which model provider?").types(ENTER)
            terminal.sees("What now?").types(UP + ENTER).sees(GO)
            assert "OpenAI API key" not in terminal.words
            terminal.types(UP + ENTER).ends()


def test_a_provider_that_cannot_be_reached_keeps_nobody(site: Site) -> None:
    where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"http://127.0.0.1:{site.port}", **GIVEN}
    with Terminal(site, "install", **where) as terminal:
        terminal.answers(WAY, "").answers(KEY, "sk-example-key-1")
        terminal.sees("warning: OpenAI cannot be reached", GO).types(UP + ENTER).ends()
        assert terminal.words.count("Trying OpenAI") == 1


def test_a_provider_that_hangs_is_not_waited_for_long_nor_twice(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls, and answers none
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": url, **GIVEN}
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").answers(KEY, "sk-example-key-1")
            terminal.sees("it does not answer in time", GO).types(UP + ENTER).ends()
            assert terminal.words.count("Trying OpenAI") == 1
        with Terminal(site, "install", **where) as terminal:
            terminal.answers(WAY, "").answers(KEY, "sk-example-key-1").sees("Trying OpenAI")
            terminal.types(CTRL_C).sees("You will be asked again for: OpenAI API key.")
            terminal.sees("interrupted: nothing was changed").ends(130)
        with Terminal(site, "install", **where) as terminal:
            terminal.sees("Enter again OpenAI API key", f"{SIGN} Resume")
            terminal.types(CTRL_C).ends(130)
    (draft,) = [path for path in site.home.rglob("*") if path.is_file()]
    assert "sk-example" not in draft.read_text()


def test_a_key_that_is_refused_in_the_menu_is_said_in_the_review(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **GIVEN}
        with Terminal(site, "install", "--ask", "providers", **where) as terminal:
            terminal.answers("Anthropic API key", "").answers("OpenAI API key", "sk-mistyped")
            for row in ("URL", "model", "large model", "small model"):
                terminal.answers(f"OpenAI {row}", "")
            for row in ("OpenRouter", "Z.AI"):
                terminal.answers(f"{row} API key", "")
            terminal.answers("Ollama URL", "").sees("✗ Providers", "OpenAI refused the key")
            terminal.sees(f"{SIGN} Check again", "Keep it anyway").types(DOWN + ENTER)
            terminal.sees(f"{SIGN} Install").types(ENTER).sees(GO).types(UP + ENTER).ends()


def test_a_key_is_tried_where_it_is_entered_and_what_came_of_it_stays(site: Site) -> None:
    with StandIn(openai("sk-the-right-one")) as service:
        where: dict[str, Any] = {"MOSAIC_OPENAI_URL": f"{service.url}/v1", **GIVEN}
        with Terminal(site, "configure", "providers", **where) as terminal:
            terminal.sees(f"{SIGN} Anthropic API key").types(DOWN + ENTER)
            terminal.answers("OpenAI API key:", "sk-mistyped-key-1")
            terminal.sees("✗ OpenAI API key given OpenAI refused the key").types(ESCAPE)
            terminal.sees("✗ Providers", "OpenAI refused the key", "Check again")
            terminal.types(CTRL_C).ends(130)
        assert len(service.asked) == 1


@pytest.mark.skipif(
    subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode != 0,
    reason="a network namespace is missing: `unshare --map-root-user --net` makes none here",
)
@pytest.mark.parametrize("typed", ["", "none"])
def test_an_ollama_of_this_machine_is_found_and_enter_takes_it(site: Site, typed: str) -> None:
    where: dict[str, Any] = {"PYTHONPATH": str(Path(__file__).parents[2]), **GIVEN}
    beside = shlex.join((*ALONE, sys.executable, "-m", "tests.standins.with_ollama"))
    with Terminal(site, "install", through=beside, **where) as terminal:
        terminal.sees("Ollama 0.12.3, 3 models, at http://127.0.0.1:11434").answers(WAY, "")
        terminal.answers("leave blank for the Ollama on this machine, or type none)", typed).sees(
            GO
        )
        is_taken = "Ollama URL http://127.0.0.1:11434 (found on this" in terminal.words
        assert is_taken == (not typed)
        assert ("It works: 3 models." in terminal.words) == (not typed)
        terminal.types(UP + ENTER).sees("Nothing was changed.").ends()
