"""Keys for another question, at every prompt there is: nothing is done that was not shown."""

import ast
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import DOWN, ENTER, ESCAPE, UP, Terminal, pasted
from tests.standins.server import StandIn
from tests.standins.services import openai

import mosaic_installer

pytestmark = pytest.mark.wizard

WAY, GO, KEY = "What would you like to do?", "Apply this plan?", "Model provider API key"
LINES = "yes\n1\ninstall\n" * 30
STRANGE_KEY = "a-key-of-nobody-knows-whom-1"


@dataclass(frozen=True)
class Prompt:
    """A prompt: who asks it, how it is known on the screen, and what leads on from there."""

    asker: str
    shown: str
    answer: str
    times: int = 1


@dataclass(frozen=True)
class Flow:
    """A way through the program, from prompt to prompt."""

    words: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    variables: dict[str, str] = field(default_factory=dict)


HOME = Prompt("home.run", WAY, ENTER)
FIRST = (
    Prompt("asking._ask_key", KEY, ENTER),
    Prompt("questions.ask_setting", "Administrator's e-mail", EMAIL + ENTER),
    Prompt("questions.ask_secret", "Administrator's password", PASSWORD + ENTER),
    Prompt("questions.ask_secret", "Confirm password", PASSWORD + ENTER),
)
REVIEW = (
    Prompt("review.ask_consent", GO, DOWN * 2 + ENTER),
    Prompt("review.ask_consent", GO, DOWN * 3 + ENTER, times=2),
    Prompt("review._explain", "Which step?", ENTER),
    Prompt("review._explain", "Undone by", ESCAPE),
    Prompt("review._explain", "Which step?", ESCAPE, times=2),
    Prompt("review.ask_consent", GO, DOWN * 4 + ENTER, times=3),
    Prompt("review.ask_consent", GO, UP + ENTER, times=4),
)
FLOWS = {
    "first": Flow(("install",), (HOME, *FIRST, *REVIEW)),
    "plain": Flow(
        ("install", "--plain"),
        (
            HOME,
            *FIRST,
            Prompt("review.ask_consent", GO, "3" + ENTER),
            Prompt("review.ask_consent", GO, "6" + ENTER, times=2),
        ),
        {"TERM": "dumb"},
    ),
    "provider": Flow(
        ("install",),
        (
            HOME,
            Prompt("asking.ask_provider", "Which model provider?", DOWN + ENTER),
            Prompt("asking._ask_key", KEY, STRANGE_KEY + ENTER),
            Prompt("asking._ask_whose", "Whose key is that?", DOWN + ENTER),
            Prompt("first_key._stays", "What now?", UP + ENTER),
            Prompt("review.ask_consent", GO, UP + ENTER),
        ),
        {"ANTHROPIC_API_KEY": "sk-ant-" + "x" * 40, **ADMIN},
    ),
    "gateway": Flow(
        ("configure", "gateway"),
        (
            Prompt("section.run_section", "Gateway port", ENTER),
            Prompt("section.change_setting", "It must be free.", ENTER),
            Prompt("section.run_section", "Back", ESCAPE),
            HOME,
        ),
        ADMIN,
    ),
    "storage": Flow(
        ("configure", "storage"),
        (
            Prompt("section.run_section", "Back", ENTER),
            Prompt("section._choose", "federated", ENTER),
        ),
        ADMIN,
    ),
    "administrator": Flow(
        ("configure", "admin"),
        (
            Prompt("section.run_section", "Back", DOWN * 2 + ENTER),
            Prompt("section._change_secret", "Administrator's password:", PASSWORD + ENTER),
            Prompt("section._change_secret", "Confirm password", PASSWORD + ENTER),
        ),
        {"MOSAIC_ADMIN_EMAIL": EMAIL},
    ),
    "keys": Flow(
        ("configure", "providers"),
        (
            Prompt("section.run_section", "Back", ENTER),
            Prompt("section._change_secret", "Turns Anthropic on", ENTER),
        ),
        ADMIN,
    ),
    "remedy": Flow(("install",), (HOME, HOME), {"TAKEN": "", **ADMIN}),
    "asked": Flow(
        ("install", "--ask", "storage"),
        (Prompt("questions.ask_setting", "Storage tier:", ENTER),),
        ADMIN,
    ),
    "asked keys": Flow(
        ("install", "--ask", "providers"),
        (Prompt("questions.ask_secret", "press Enter to skip", ENTER),),
        ADMIN,
    ),
}
ELSEWHERE = {
    "config_change._wants_again": "`config edit`: nothing is changed there that was not typed",
    "credentials.read_secret": "`config set`: its answer is the value",
    "errands.agrees_to_uninstall": "begins at the answer that changes nothing",
    "questions.ask_known_secret": "a password for an account that exists",
    "questions.ask_word": "throws away what was typed: tests/ui/test_prompts.py",
}
"""Who else asks."""
STRAY = ("Enter twice", "Enter held", "lines", "a paste", "all answers")
CASES = [(name, at) for name, flow in FLOWS.items() for at in range(len(flow.prompts))]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("stray", STRAY)
@pytest.mark.parametrize(("name", "at"), CASES, ids=str)
def test_stray_keys_at_a_prompt_install_nothing(
    site: Site, surroundings: dict[str, str], name: str, at: int, stray: str
) -> None:
    flow = FLOWS[name]
    variables: dict[str, Any] = {**surroundings, **flow.variables}
    with ExitStack() as stack:
        if variables.pop("TAKEN", None) is not None:
            stack.enter_context(socket.create_server(("127.0.0.1", site.port)))
        terminal = stack.enter_context(Terminal(site, *flow.words, **variables))
        for prompt in flow.prompts[:at]:
            terminal.sees(prompt.shown, times=prompt.times).types(prompt.answer)
        prompt = flow.prompts[at]
        terminal.sees(prompt.shown, times=prompt.times)
        strew(terminal, stray, prompt.answer, flow.prompts[at + 1 :])
        terminal.rests().is_left()
        assert f"{GO} Install now" not in terminal.words
        assert "interrupted at:" not in terminal.words
    files = {path.relative_to(site.home) for path in site.home.rglob("*") if path.is_file()}
    assert files <= {Path("state/draft.toml")}


def strew(terminal: Terminal, stray: str, answer: str, later: tuple[Prompt, ...]) -> None:
    """Type an answer, and what was never meant for what comes then."""
    match stray:
        case "Enter twice":
            terminal.types(answer + ENTER)
        case "Enter held":
            terminal.types(answer)
            for _ in range(40):
                time.sleep(0.03)  # as a keyboard repeats
                terminal.types(ENTER)
        case "lines":
            terminal.types(answer + LINES)
        case "a paste":
            terminal.types(answer + pasted(LINES) + ENTER)
        case _:
            rest = (row.answer for row in later if row.asker != "review.ask_consent")
            terminal.types(answer + "".join(rest) + ENTER * 3 + "yes" + ENTER)


@pytest.fixture
def surroundings() -> Iterator[dict[str, str]]:
    """A provider that refuses every key, so that no key goes elsewhere."""
    with StandIn(openai("sk-the-right-one")) as service:
        yield {"MOSAIC_OPENAI_URL": f"{service.url}/v1"}


def test_everything_that_asks_is_among_them() -> None:
    tried = {prompt.asker for flow in FLOWS.values() for prompt in flow.prompts}
    assert tried | set(ELSEWHERE) == set(askers())
    assert not tried & set(ELSEWHERE)


def askers() -> Iterator[str]:
    """Yield every function that asks a person, as `file.function`."""
    asking = {"choose", "agree", "panel", "field", "text", "secret"}
    room = Path(mosaic_installer.__file__).parent
    conversations = {"plain.py", "prompts.py"}  # how it is asked, not what
    for path in (*room.glob("ui/*.py"), *room.glob("commands/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and path.name not in conversations:
                calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
                if any(is_asking(call, asking) for call in calls):
                    yield f"{path.stem}.{node.name}"


def is_asking(call: ast.expr, asking: set[str]) -> bool:
    return (
        isinstance(call, ast.Attribute)
        and call.attr in asking
        and ast.unparse(call.value) in {"talk", "self._talk", "open_conversation()"}
    )
