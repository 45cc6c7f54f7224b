"""Mixed mode: what is given is taken, and `--ask` asks for the named sections row by row."""

from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, ENTER, ESCAPE, SIGN, UP, Terminal
from tests.questions_table import QUESTIONS, Recorder

pytestmark = pytest.mark.wizard

WAY, GO = "What would you like to do?", "Apply this plan?"
E_MAIL = "Administrator's e-mail"
GIVEN: dict[str, Any] = dict(ADMIN)


def test_mixed_mode_asks_for_the_named_sections_only(site: Site, record_property: Recorder) -> None:
    with Terminal(site, "install", "--ask", "agent", **GIVEN) as terminal:
        terminal.sees("What the agent is for:", f"{SIGN} general").types(ENTER)
        terminal.answers("Agent name:", "\b" * 6 + "Ada")
        terminal.sees("Agent name Ada (entered just now)")
        terminal.answers(GO, "").sees("Mosaic is ready").ends()
        assert WAY not in terminal.words
    record_property(f"{QUESTIONS}mixed mode, one section", len(terminal.questions))
    assert 'name = "Ada"' in (site.config / "answers.toml").read_text()


def test_mixed_mode_asks_row_by_row_and_goes_back_row_by_row(site: Site) -> None:
    own: dict[str, Any] = {"MOSAIC_OLLAMA_URL": "http://127.0.0.1:1", **GIVEN}
    with Terminal(site, "install", "--ask", "channels", "--ask", "providers", **own) as terminal:
        terminal.answers("Discord bot token", "123:abcdefgh")
        terminal.sees("Discord server").types(ESCAPE).sees("Discord bot token", times=2)
        terminal.types("none" + ENTER).answers("Telegram bot token", "")
        terminal.answers("Anthropic API key", "").answers("OpenAI API key", "")
        terminal.sees("OpenRouter API key").types(ESCAPE).sees("OpenAI API key", times=2)
        terminal.types(ENTER).sees("OpenRouter API key", times=2).types(ENTER)
        terminal.answers("Z.AI API key", "").answers("Ollama URL: http", "")
        terminal.answers("Ollama API key", "").answers("Ollama model:", "")
        terminal.answers("Ollama large model:", "").answers("Ollama small model:", "")
        terminal.answers("Download missing Ollama models", "").answers("Context length", "")
        terminal.answers("Embeddings model", "")
        terminal.answers(GO, UP).sees("Nothing was changed.").ends()
        for needless in ("Anthropic URL", "Discord server", "Use API keys found"):
            assert not any(row.startswith(needless) for row in terminal.questions[3:])
    assert not site.home.exists()


def test_mixed_mode_asks_the_first_question_without_a_way_back(site: Site) -> None:
    with Terminal(site, "install", "--ask", "admin", "--ask", "gateway", **GIVEN) as terminal:
        terminal.sees(f"{E_MAIL}: {EMAIL}").types(ESCAPE + ENTER)
        terminal.sees("Administrator's name").types(ENTER).answers("password:", PASSWORD)
        terminal.answers("Confirm password:", PASSWORD).sees("Gateway port").types(ESCAPE)
        terminal.sees("password:", times=2).types(CTRL_C).ends(130)


def test_mixed_mode_refuses_what_it_cannot_do(site: Site) -> None:
    done = site.run("install", "--ask", "agnet", code=2)
    done.says("`--ask` needs a terminal")
    with Terminal(site, "install", "--ask", "agnet", **GIVEN) as terminal:
        terminal.sees("there is no such section; did you mean `agent`?").ends(2)
    with Terminal(site, "install", "--ask", "agent") as terminal:
        terminal.sees("What the agent is for").types(ENTER).answers("Agent name:", "")
        terminal.sees("admin.email is missing: set MOSAIC_ADMIN_EMAIL").ends(2)
