"""`/v1` as clients of OpenAI's API know it, before all five providers' dialects.

The providers are a stand-in that nobody here wrote, the client is OpenAI's own SDK.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk
from tests.gateway.chats import (
    HI,
    KEY,
    MODEL,
    PAGE,
    PATHS,
    SMALL_MODEL,
    openai_client,
    providers,
    start,
)
from tests.gateway.conftest import NewHome, SetUpGateway
from tests.gateway.process import client_of
from tests.standins.aimock import aimock, is_installed

from mosaic_gateway.routing.decision import TASKS

pytestmark = pytest.mark.gateway

TOOL = "a-vendor/a-tool"
ANSWER = "The answer is rather long, so that it comes in several pieces."
CALLS = [{"name": "weather", "arguments": {"city": "Oslo"}}, {"name": "clock", "arguments": {}}]
ROWS: list[dict[str, Any]] = [
    {"match": {"model": MODEL}, "response": {"content": ANSWER}},
    {"match": {"model": TOOL, "hasToolResult": True}, "response": {"content": "Cold."}},
    {"match": {"model": TOOL}, "response": {"toolCalls": CALLS}},
]
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "Tells it.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
    for name in ("weather", "clock")
]
PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[SetUpGateway]:
    if not is_installed():
        pytest.skip("npm's @copilotkit/aimock is missing; `scripts/test-standins` installs it")
    folder = tmp_path_factory.mktemp("chat")
    with aimock(folder, key=KEY, rows=ROWS) as service, new_home(folder) as home:
        start(home, providers(service.url))
        yield SetUpGateway(home, home.set_up())
        assert KEY not in home.log()
        assert ANSWER not in home.log()


@pytest.fixture
def client(chat: SetUpGateway) -> Iterator[OpenAI]:
    with openai_client(chat.home, chat.token) as client:
        yield client


@pytest.fixture
def plain(chat: SetUpGateway) -> Iterator[httpx.Client]:
    with client_of(chat.home, chat.token) as client:
        yield client


@pytest.mark.parametrize("name", PATHS)
def test_a_stream_is_what_clients_expect(plain: httpx.Client, name: str) -> None:
    body = {"model": f"{name}/{MODEL}", "messages": HI, "stream": True}
    with_usage = {"stream_options": {"include_usage": True}}
    answer = plain.post("/v1/chat/completions", json=body | with_usage)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-mosaic-model"] == f"{name}/{MODEL}"
    assert answer.headers["x-mosaic-task"] == "conversation"
    assert "was asked for" in answer.headers["x-mosaic-reason"]
    *lines, end = [line for line in answer.text.split("\n\n") if line]
    assert end == "data: [DONE]"
    chunks = [ChatCompletionChunk.model_validate_json(line[6:], strict=True) for line in lines]
    *pieces, finish, usage = chunks
    assert len({(each.id, each.created, each.model) for each in chunks}) == 1
    assert [each.choices[0].delta.role for each in pieces] == [
        "assistant",
        *[None] * len(pieces[1:]),
    ]
    assert "".join(each.choices[0].delta.content or "" for each in pieces) == ANSWER
    assert finish.choices[0].finish_reason == "stop"
    assert json.loads(lines[-2][6:])["choices"][0]["delta"] == {}
    assert (usage.choices, usage.usage is None) == ([], False)
    without = plain.post("/v1/chat/completions", json=body).text
    assert '"usage"' not in without
    assert without.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize("name", PATHS)
def test_tools_of_the_client_are_passed_through(client: OpenAI, name: str) -> None:
    model = f"{name}/{TOOL}"
    asked = client.chat.completions.create(model=model, messages=HI, tools=TOOLS, stream=True)
    names: dict[int, str] = {}
    arguments: dict[int, str] = {0: "", 1: ""}
    for piece in (each for chunk in asked for each in chunk.choices[0].delta.tool_calls or []):
        assert piece.function is not None
        if piece.function.name:
            names[piece.index] = piece.function.name
        arguments[piece.index] += piece.function.arguments or ""
    assert names == {0: "weather", 1: "clock"}
    assert [json.loads(each) for each in arguments.values()] == [{"city": "Oslo"}, {}]
    whole = client.chat.completions.create(model=model, messages=HI, tools=TOOLS)
    message = whole.choices[0].message
    assert (whole.choices[0].finish_reason, message.content) == ("tool_calls", None)
    results = [
        {"role": "tool", "tool_call_id": each.id, "content": "-3 °C"}
        for each in message.tool_calls or []
    ]
    history: list[Any] = [*HI, message.model_dump(exclude_none=True), *results]
    after = client.chat.completions.create(model=model, messages=history, tools=TOOLS)
    assert after.choices[0].message.content == "Cold."


@pytest.mark.parametrize("name", ["openai", "openrouter"])
def test_vectors_are_made_by_whoever_can(client: OpenAI, name: str) -> None:
    answer = client.embeddings.create(model=f"{name}/an-embedder", input=["tea", "ships"])
    assert [len(each.embedding) for each in answer.data] == [1536, 1536]


@pytest.mark.parametrize("name", PATHS)
def test_a_picture_and_all_kinds_of_messages_are_taken(plain: httpx.Client, name: str) -> None:
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "name": "ada", "content": [{"type": "text", "text": "What?"}, picture]},
        {"role": "assistant", "content": "A pixel.", "refusal": None, "audio": None},
        {"role": "user", "content": "nul \x00, and \u202eright to left"},
    ]
    more = {"max_completion_tokens": 9, "top_k": 3, "user": "u", "metadata": {}, "logit_bias": {}}
    body = {"model": f"{name}/{MODEL}", "messages": messages, "temperature": 0.5, **more}
    answer = plain.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"] == ANSWER


def test_the_list_of_models(client: OpenAI) -> None:
    names = [each.id for each in client.models.list()]
    tasks = [f"mosaic/{task}" for task in TASKS if task != "offline"]
    assert names[: len(tasks) + 1] == ["mosaic", *tasks]
    # As each provider lists them: the small one is gone everywhere, and Z.AI's list may lag behind.
    models = [f"{name}/{m}" for name in PATHS for m in (MODEL, TOOL)]
    assert sorted(names[len(tasks) + 1 :]) == sorted([*models, f"zai/{SMALL_MODEL}"])
    assert client.models.retrieve("mosaic").id == "mosaic"
    assert client.models.retrieve(f"zai/{MODEL}").owned_by == "zai"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nobody/knows")


def test_without_rules_the_first_provider_answers_and_says_why(plain: httpx.Client) -> None:
    answer = plain.post("/v1/chat/completions", json={"model": "mosaic", "messages": HI})
    assert answer.json()["model"] == answer.headers["x-mosaic-model"] == f"anthropic/{MODEL}"
    assert answer.headers["x-mosaic-reason"] == "no sign of a special task: conversation"


@pytest.mark.parametrize(
    ("change", "status", "code", "param"),
    [
        ({"model": "nobody/knows"}, 404, "model_not_found", None),
        ({"model": "anthropic/gone"}, 404, "model_not_found", None),
        ({"model": "mosaic/unknown"}, 404, "model_not_found", None),
        ({"messages": []}, 400, "invalid_property", "messages"),
        ({"n": 2}, 400, "invalid_property", "n"),
        ({"messages": [{"role": "user", "content": "\ud800"}]}, 400, "invalid_request", None),
        (
            {"tool_choice": {"type": "function", "function": {"name": "x"}}},
            400,
            None,
            "tool_choice",
        ),
    ],
)
def test_an_error_has_the_shape_of_openai(
    plain: httpx.Client, change: dict[str, object], status: int, code: str | None, param: str | None
) -> None:
    body = json.dumps({"model": "mosaic", "messages": HI, **change})
    headers = {"Content-Type": "application/json"}
    answer = plain.post("/v1/chat/completions", content=body, headers=headers)
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "code", "param"}
    assert (answer.status_code, error["type"]) == (status, "invalid_request_error")
    assert code in {None, error["code"]}
    assert param in {None, error["param"]}


def test_who_may_ask(chat: SetUpGateway) -> None:
    with (
        openai_client(chat.home, "mosaic_wrong") as client,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        client.models.list()
    assert refused.value.code == "invalid_api_key"
    with client_of(chat.home) as anyone:
        body = {"model": "mosaic", "messages": [{"role": "user", "content": "x" * 100_000}]}
        answer = anyone.post("/v1/chat/completions", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


def test_a_body_may_be_large_and_not_too_large(plain: httpx.Client) -> None:
    long = [{"role": "user", "content": "x" * 1_000_000}]
    answer = plain.post("/v1/chat/completions", json={"model": "mosaic", "messages": long})
    assert answer.status_code == 200, answer.text
    body = b" " * (32 * 1024 * 1024 + 1)
    refused = plain.post(
        "/v1/chat/completions", content=body, headers={"Content-Type": "application/json"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "body_too_large")
    elsewhere = plain.post("/api/conversations", json={"title": "x" * 100_000})
    assert (elsewhere.status_code, elsewhere.json()["error"]["id"]) == (413, "body-too-large")


def test_a_browser_may_send_what_the_sdk_adds(chat: SetUpGateway) -> None:
    asked = "authorization,content-type,x-stainless-os,x-stainless-retry-count,x-stainless-lang"
    headers = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    with client_of(chat.home) as anyone:
        answer = anyone.options("/v1/chat/completions", headers=headers)
    assert answer.status_code == 200, answer.text
