"""What providers do wrong: a clear error in the surface's own shape, and a saved state."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from tests.gateway.chats import (
    HI,
    KEY,
    ask,
    chunk,
    events_of,
    providers,
    said,
    standing_in,
    start,
    states,
)
from tests.gateway.conftest import NewHome
from tests.gateway.process import Home, client_of, free_port
from tests.standins.server import Asked, StandIn, Told

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.messages import Message
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import ModelError

pytestmark = pytest.mark.gateway

GOOD = "good"
LARGE = "x" * 100_000
EVENTS = "text/event-stream"
REFUSAL = {"error": {"message": f"max_tokens is too large, says {KEY}", "type": "invalid"}}
NAMES = ("any", "any", "any")
TEXT, DELTA = {"type": "text", "text": ""}, {"type": "text_delta", "text": "half"}
MESSAGE = {
    "id": "m",
    "type": "message",
    "role": "assistant",
    "model": "any",
    "stop_reason": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
ITEM = {"id": "i", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
PLACE = {"item_id": "i", "output_index": 0, "content_index": 0}
ANSWERS: dict[str, Told] = {
    "fails": Told(status=500, body={"error": {"message": "oops"}}),
    "fails-in-html": Told(status=500, body="<html>oops</html>", content="text/html"),
    "html": Told(body="<html>welcome</html>", content="text/html"),
    "bad-json": Told(content=EVENTS, pieces=[b'data: {"choices": [\n\n']),
    "other-json": Told(content=EVENTS, pieces=[b'data: ["no", "object"]\n\n']),
    "nothing": Told(content=EVENTS, pieces=[]),
    "waits": Told(status=429, body={"error": {"message": "slow"}}, headers={"Retry-After": "7"}),
    "too-often": Told(status=429, body={"error": {"message": "slow"}}),
    "no-credit": Told(status=429, body={"error": {"code": "insufficient_quota", "message": "!"}}),
    "refuses-key": Told(status=401, body={"error": {"message": f"wrong key: {KEY}"}}),
    "gone": Told(status=404, body={"error": {"message": "no such model"}}),
    "rejects": Told(status=400, body=REFUSAL),
    "says-error": Told(content=EVENTS, pieces=[b'data: {"error": {"message": "mid-air"}}\n\n']),
}


@dataclass
class Provider:
    """Does what the name of the model says."""

    elsewhere: str = ""
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        match asked.body["model"]:
            case "redirects":
                return Told(status=307, headers={"Location": f"{self.elsewhere}{asked.path}"})
            case "breaks-off":
                return Told(content=EVENTS, pieces=[chunk(role="assistant", content="half ")])
            case "large":
                return said(*[LARGE] * 100)
            case name if name in ANSWERS:
                return ANSWERS[name]
            case _:
                return said("good")


@dataclass
class Faulty:
    """A gateway whose provider has faults."""

    home: Home
    client: httpx.Client
    elsewhere: StandIn

    def complete(self, name: str, **more: object) -> httpx.Response:
        body = {"model": f"ollama/{name}", "messages": HI, **more}
        return self.client.post("/v1/chat/completions", json=body)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Faulty]:
    provider = Provider()
    with (
        standing_in(lambda _: said("caught")) as elsewhere,
        standing_in(provider) as service,
        new_home(tmp_path_factory.mktemp("faults")) as home,
    ):
        provider.elsewhere = elsewhere.url
        section = providers(service.url, "ollama")
        section |= providers(f"http://127.0.0.1:{free_port()}", "zai")
        start(home, section)
        with client_of(home, home.set_up()) as client:
            yield Faulty(home, client, elsewhere)
        assert KEY not in home.log()
        assert "Traceback" not in home.log()


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("fails", 503, "provider_overloaded"),
        ("fails-in-html", 503, "provider_overloaded"),
        ("html", 502, "provider_broken"),
        ("bad-json", 502, "provider_broken"),
        ("other-json", 502, "provider_broken"),
        ("nothing", 502, "provider_broken"),
        ("waits", 429, "rate_limit_exceeded"),
        ("too-often", 429, "rate_limit_exceeded"),
        ("no-credit", 429, "insufficient_quota"),
        ("refuses-key", 502, "provider_key_refused"),
        ("gone", 404, "model_not_found"),
        ("rejects", 400, "invalid_request"),
        ("says-error", 502, "provider_broken"),
        ("redirects", 502, "provider_broken"),
    ],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_nothing_that_a_provider_does_is_taken_for_an_answer(
    faulty: Faulty, model: str, status: int, code: str, *, stream: bool
) -> None:
    answer = faulty.complete(model, stream=stream)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert answer.headers.get("retry-after") == ("7" if model == "waits" else None)
    assert ("max_tokens is too large, says ***" in error["message"]) == (model == "rejects")
    assert KEY not in answer.text
    assert answer.headers["x-mosaic-model"] == f"ollama/{model}"
    assert states(faulty.home)[-1] == "failed"
    assert faulty.elsewhere.asked == []


def test_a_provider_that_nobody_reaches(faulty: Faulty) -> None:
    answer = faulty.complete("fails", model="zai/any")
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "provider_unreachable")


def test_an_answer_that_breaks_off_is_no_whole_one(faulty: Faulty) -> None:
    whole = faulty.complete("breaks-off")
    assert (whole.status_code, whole.json()["error"]["code"]) == (502, "provider_broken")
    stream = faulty.complete("breaks-off", stream=True)
    *_, last = [line for line in stream.text.split("\n\n") if line]
    assert stream.status_code == 200
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "provider_broken"
    assert '"half "' in stream.text
    assert states(faulty.home)[-2:] == ["interrupted", "interrupted"]


@pytest.mark.parametrize(("model", "kept"), [("fails", None), ("breaks-off", "half ")])
def test_the_conversation_goes_on(faulty: Faulty, model: str, kept: str | None) -> None:
    first = ask(faulty.client, "One.", model=f"ollama/{model}")
    assert first["error"]["message"].startswith("ollama ")
    conversation = first["route"]["conversation"]
    assert ask(faulty.client, "Two.", conversation, model=f"ollama/{GOOD}")["text"] == "good"
    turns = faulty.client.get(f"/api/conversations/{conversation}").json()["turns"]
    assert [each["answer"] for each in turns] == [kept, "good"]
    assert turns[0]["fault"] == first["error"]["id"]


def test_ten_megabytes_of_answer_are_told_and_kept(faulty: Faulty) -> None:
    conversation = faulty.client.post("/api/conversations", json={}).json()["id"]
    body = {"text": "All of it.", "model": "ollama/large"}
    told = faulty.client.post(f"/api/conversations/{conversation}/turns", json=body)
    words = [data["text"] for name, data in events_of(told.text) if name == "text"]
    assert sum(map(len, words)) == 100 * len(LARGE)
    (turn,) = faulty.client.get(f"/api/conversations/{conversation}").json()["turns"]
    assert len(turn["answer"]) == 100 * len(LARGE)


@pytest.mark.parametrize("first", [(), (chunk(role="assistant", content="one"),)])
def test_a_provider_that_says_nothing_more_is_given_up(first: tuple[bytes, ...]) -> None:
    def pieces() -> Iterator[bytes]:
        yield from first
        service.over.wait()

    with standing_in(lambda _: Told(content=EVENTS, pieces=pieces())) as service:
        assert fault_of(ProviderConfig("ollama", service.url, NAMES)) == "too-slow"


@pytest.mark.parametrize(
    ("name", "events"),
    [
        (
            "anthropic",
            [
                {"type": "message_start", "message": {**MESSAGE, "content": []}},
                {"type": "content_block_start", "index": 0, "content_block": TEXT},
                {"type": "content_block_delta", "index": 0, "delta": DELTA},
            ],
        ),
        (
            "openai",
            [
                {"type": "response.output_item.added", "output_index": 0, "item": ITEM},
                {"type": "response.output_text.delta", **PLACE, "delta": "half", "logprobs": []},
            ],
        ),
    ],
)
def test_an_answer_that_breaks_off_in_another_dialect(name: str, events: list[Any]) -> None:
    lines = [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in events]
    with standing_in(lambda _: Told(content=EVENTS, pieces=lines)) as service:
        assert fault_of(ProviderConfig(name, service.url, NAMES, KEY)) == "broken"


def fault_of(config: ProviderConfig) -> str:
    """What went wrong when it was asked, in this process."""

    async def answer() -> None:
        models = Models([config], silence=0.5)
        async for _ in models.stream(config.name, "any", [Message("user", ("Hello?",))]):
            pass

    with pytest.raises(ModelError) as error:
        asyncio.run(answer())
    return error.value.fault
