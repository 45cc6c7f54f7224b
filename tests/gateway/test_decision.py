"""Who is asked for a task, who after them, and what is said of it; and whom nobody waits for."""

import pytest

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.errors import NoProviderError, NoSuchModelError
from mosaic_gateway.models.health import LONGEST_REST_SECONDS, PATIENCE, REST_SECONDS, Health
from mosaic_gateway.models.pieces import Fault, ModelError
from mosaic_gateway.routing.decision import Routes, decide
from mosaic_gateway.routing.tasks import read_all

pytestmark = pytest.mark.unit

CODE = "Fix this:\n```\nf(x)\n```"
ON = {name: ProviderConfig(name, "http://x", (name, name, name)) for name in ("anthropic", "zai")}
RULES = {
    "moderate-coding": (("openai", "gpt"), ("anthropic", "sonnet"), ("zai", "glm")),
    "cheap": (("openai", "mini"),),
}
ROUTES = Routes(ON, RULES)
MODEL = ("anthropic", "sonnet")


def chain(wanted: str | None, *questions: str) -> list[str]:
    return [str(target) for target in decide(wanted, questions, ROUTES).chain]


def test_the_rule_for_the_task_says_whom_to_ask_of_those_who_are_on() -> None:
    assert chain(None, CODE) == ["anthropic/sonnet", "zai/glm"]


def test_without_a_rule_everybody_is_asked() -> None:
    assert chain("mosaic", "Tell me a story.") == ["anthropic/anthropic", "zai/zai"]
    assert chain("mosaic", "Is it so?") == ["anthropic/anthropic", "zai/zai"]


def test_a_wish_is_law() -> None:
    assert chain("zai/whatever", CODE) == ["zai/whatever"]
    assert chain("mosaic/moderate-coding", "Hello") == ["anthropic/sonnet", "zai/glm"]
    for nobody in ("mosaic/offline", "mosaic/nothing", "openai/gpt", "zai/", "zai/a b\n", "gpt"):
        with pytest.raises(NoSuchModelError):
            chain(nobody, "Hello")


def test_offline_work_stays_at_home() -> None:
    home = ProviderConfig("ollama", "http://x", ("llama", "llama", "llama"))
    routes = Routes({**ON, "ollama": home}, {"offline": (("ollama", "llama"),)})
    decision = decide("mosaic/offline", ["Hello"], routes)
    assert [str(target) for target in decision.chain] == ["ollama/llama"]
    assert "mosaic/offline" in routes.names
    assert "mosaic/offline" not in ROUTES.names


def test_without_a_provider_nobody_answers() -> None:
    with pytest.raises(NoProviderError):
        decide(None, ["Hello"], Routes({}, RULES))


@pytest.mark.parametrize(
    ("questions", "task"),
    [
        ([CODE, "And now?"], "moderate-coding"),
        ([CODE, "What is that?"], "moderate-coding"),
        ([CODE, "Now summarise it."], "summarization"),
        ([CODE, "Now summarise it.", "Shorter."], "moderate-coding"),
        (["What is the capital of Peru?", "And of Chile?"], "conversation"),
        ([], "conversation"),
    ],
)
def test_a_conversation_stays_with_its_subject(questions: list[str], task: str) -> None:
    assert read_all(questions).task == task


def test_the_reason_is_a_sentence() -> None:
    decision = decide(None, [CODE, "And now?"], ROUTES)
    assert decision.reason == "it goes on with a code block: moderate coding"
    assert decision.without_first("openai is down").reason.endswith("; openai is down")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("fault", "times", "seconds", "other_too"),
    [
        ("rate-limited", 1, REST_SECONDS, False),
        ("no-such-model", 1, LONGEST_REST_SECONDS, False),
        ("key-refused", 1, 300, True),
        ("out-of-credit", 1, 300, True),
        ("overloaded", PATIENCE, REST_SECONDS, False),
        ("broken", PATIENCE, REST_SECONDS, False),
    ],
)
def test_whoever_fails_rests_for_a_while(
    fault: Fault, times: int, seconds: float, *, other_too: bool
) -> None:
    clock = Clock()
    health = Health(clock)
    for _ in range(times):
        assert not health.rests(*MODEL)
        health.failed(*MODEL, ModelError(fault, "!"))
    assert health.rests(*MODEL)
    assert health.rests("anthropic", "other") is other_too
    clock.now = seconds
    assert not health.rests(*MODEL)


def test_a_provider_says_itself_when_to_come_back() -> None:
    clock = Clock()
    health = Health(clock)
    health.failed(*MODEL, ModelError("rate-limited", "!", retry_after=7))
    clock.now = 6.9
    assert health.rests(*MODEL)
    clock.now = 7
    assert not health.rests(*MODEL)
    health.failed(*MODEL, ModelError("rate-limited", "!", retry_after=1e9))
    clock.now = 7 + LONGEST_REST_SECONDS
    assert not health.rests(*MODEL)


def test_an_answer_ends_what_was_wrong() -> None:
    health = Health(Clock())
    health.failed(*MODEL, ModelError("key-refused", "!"))
    for _ in range(PATIENCE - 1):
        health.failed(*MODEL, ModelError("broken", "!"))
    health.answered(*MODEL)
    assert not health.rests(*MODEL)
    health.failed(*MODEL, ModelError("broken", "!"))
    assert not health.rests(*MODEL)


def test_a_request_that_nobody_takes_says_nothing_of_the_model() -> None:
    health = Health(Clock())
    for _ in range(PATIENCE):
        health.failed(*MODEL, ModelError("rejected", "!"))
    assert not health.rests(*MODEL)
