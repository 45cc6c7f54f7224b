"""Turns that go from model to model: who answers is told, kept, and remembered for a while."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from tests.gateway.chats import (
    HI,
    MODEL,
    SMALL_MODEL,
    ask,
    providers,
    said,
    standing_in,
    start_again,
)
from tests.gateway.conftest import NewHome
from tests.gateway.process import Home, client_of
from tests.standins.server import Asked, Told

pytestmark = pytest.mark.gateway

BUSY = Told(status=429, body={"error": {"message": "slow"}}, headers={"Retry-After": "600"})
WRONG = Told(status=400, body={"error": {"message": "no"}})
RULES = {
    "complex-coding": ["zai/large", "ollama/coder"],
    "moderate-coding": ["zai/busy", "ollama/coder"],
    "research": ["ollama/small", "zai/busy", "ollama/coder"],
    "cheap": ["zai/wrong", "ollama/small"],
    "summarization": ["ollama/silent", "ollama/small"],
    "conversation": ["zai/busier", "ollama/broken"],
}
HARD = "Refactor this:\n```\nf()\n```"
CODE = "Why does `f()` fail?\n```\nf()\n```"


@dataclass
class Provider:
    """Does what the name of the model says."""

    asked: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Told:
        name = asked.body["model"]
        self.asked.append(name)
        match name:
            case "busy" | "busier" | "busiest":
                return BUSY
            case "wrong":
                return WRONG
            case "broken":
                return Told(content="text/event-stream", pieces=[b'data: {"choices": [\n\n'])
            case _:
                return said(f"I am {name}")


@dataclass
class Routed:
    """A gateway with two providers and rules, and its administrator."""

    home: Home
    provider: Provider
    client: httpx.Client

    def complete(self, text: str, model: str = "mosaic") -> httpx.Response:
        body = {"model": model, "messages": [{"role": "user", "content": text}]}
        return self.client.post("/v1/chat/completions", json=body)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Routed]:
    provider = Provider()
    rules = [
        {
            "task": task,
            "use": [dict(zip(("provider", "model"), each.split("/"), strict=True)) for each in use],
        }
        for task, use in RULES.items()
    ]
    with (
        standing_in(provider) as service,
        new_home(tmp_path_factory.mktemp("routing")) as home,
    ):
        home.fill()
        section = providers(service.url, "zai", "ollama")
        home.write_config(providers=section, routing=rules)
        start_again(home)
        with client_of(home, home.set_up()) as client:
            yield Routed(home, provider, client)


@pytest.fixture
def routed(shared: Routed) -> Routed:
    """That of all tests; each has models of its own that fail, for that is remembered."""
    shared.provider.asked.clear()
    return shared


def test_the_task_chooses_the_model_and_the_answer_says_why(routed: Routed) -> None:
    answer = routed.complete(HARD)
    assert answer.json()["choices"][0]["message"]["content"] == "I am large"
    assert answer.headers["x-mosaic-model"] == "zai/large"
    assert answer.headers["x-mosaic-task"] == "complex-coding"
    assert answer.headers["x-mosaic-reason"] == "a code block and `refactor`: complex coding"
    names = [each["id"] for each in routed.client.get("/v1/models").json()["data"]]
    assert names[:3] == ["mosaic", "mosaic/complex-coding", "mosaic/moderate-coding"]
    assert "mosaic/offline" not in names


def test_who_fails_is_followed_by_the_next_and_left_alone_for_a_while(routed: Routed) -> None:
    first = ask(routed.client, CODE)
    assert first["text"] == "I am coder"
    assert first["route"]["model"] == "ollama/coder"
    assert first["route"]["reason"] == (
        "a code block and a call: moderate coding; zai allows no more requests for now"
    )
    shown = routed.client.get(f"/api/conversations/{first['route']['conversation']}").json()
    kept = shown["turns"][0]
    assert (kept["model"], kept["reason"]) == ("ollama/coder", first["route"]["reason"])
    assert routed.provider.asked == ["busy", "coder"]
    second = routed.complete(CODE)
    assert second.headers["x-mosaic-model"] == "ollama/coder"
    assert second.headers["x-mosaic-reason"].endswith("; zai/busy failed a moment ago")
    assert routed.provider.asked == ["busy", "coder", "coder"]
    body = {"text": CODE, "model": "mosaic/research"}
    third = routed.client.post("/api/routing/explain", json=body).json()
    assert third["models"] == ["ollama/small", "ollama/coder", "zai/busy"]
    assert third["reason"] == "`mosaic/research` was asked for"


def test_what_can_be_asked_is_listed_with_what_it_can_do_and_what_is_wrong_with_it(
    routed: Routed,
) -> None:
    assert routed.complete("Hello", "zai/busiest").status_code == 429
    (zai, ollama) = routed.client.get("/api/admin/providers").json()
    assert (zai["name"], zai["models"]) == ("zai", [MODEL, SMALL_MODEL])
    assert zai["listed"] is None
    (rest,) = (each for each in zai["resting"] if each["name"] == "zai/busiest")
    assert rest["fault"] == "rate-limited"
    assert 500 < rest["seconds"] <= 600
    assert ollama["name"] == "ollama"
    models = {each["name"]: each for each in routed.client.get("/api/models").json()}
    assert next(iter(models)) == "mosaic"
    assert models["mosaic"]["provider"] is None
    assert models[f"zai/{MODEL}"]["provider"] == "zai"
    assert models[f"zai/{MODEL}"]["trouble"] == ""
    assert routed.client.get("/v1/models").json()["data"][0]["id"] == "mosaic"


def test_what_every_model_would_refuse_is_not_tried_elsewhere(routed: Routed) -> None:
    answer = routed.complete("What is the capital of Peru?")
    assert answer.status_code == 400
    assert routed.provider.asked == ["wrong"]


def test_where_all_fail_the_last_one_is_told(routed: Routed) -> None:
    answer = routed.complete("Tell me something.")
    assert answer.status_code == 502, answer.text
    assert "ollama" in answer.json()["error"]["message"]
    assert routed.provider.asked == ["busier", "broken"]


def test_a_decision_is_explained_without_asking_anybody(routed: Routed) -> None:
    told = routed.client.post("/api/routing/explain", json={"text": HARD})
    assert told.json() == {
        "task": "complex-coding",
        "models": ["zai/large", "ollama/coder"],
        "reason": "a code block and `refactor`: complex coding",
    }
    assert routed.provider.asked == []
    assert routed.client.post("/api/routing/explain", json={"text": ""}).status_code == 400
    with client_of(routed.home) as stranger:
        refused = stranger.post("/api/routing/explain", json={"text": CODE})
    assert refused.status_code == 401


def test_a_wish_goes_before_the_task(routed: Routed) -> None:
    body = {"model": "mosaic/summarization", "messages": HI}
    answer = routed.client.post("/v1/chat/completions", json=body)
    assert answer.headers["x-mosaic-model"] == "ollama/silent"
    assert answer.headers["x-mosaic-task"] == "summarization"
