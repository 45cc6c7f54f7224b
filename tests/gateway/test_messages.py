"""`/v1/messages` with Anthropic's own SDK: before the dialects of a stand-in by somebody else, and
before a provider that does what a test wants."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest
from anthropic import Anthropic
from tests.gateway.chats import MODEL, PAGE, eventually, states
from tests.gateway.conftest import NewHome
from tests.gateway.process import DEADLINE, client_of
from tests.gateway.scripted import ANSWER, TOOL, World, scripted_world

pytestmark = pytest.mark.gateway

PATH = "/v1/messages"
VERSION = {"anthropic-version": "2023-06-01"}
HI: list[Any] = [{"role": "user", "content": "Hi."}]
TOOLS: list[Any] = [{"name": "weather", "input_schema": {"type": "object"}}]
PIXEL = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}
DEEP: dict[str, Any] = {}
for _ in range(800):
    DEEP = {"not": DEEP}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[World]:
    with scripted_world(tmp_path_factory.mktemp("messages"), new_home) as world:
        yield world


@pytest.fixture
def client(world: World) -> Iterator[Anthropic]:
    """It sends the token as `x-api-key`."""
    with Anthropic(
        base_url=world.home.url, api_key=world.token, max_retries=0, timeout=DEADLINE
    ) as client:
        yield client


@pytest.fixture
def plain(world: World) -> Iterator[httpx.Client]:
    with client_of(world.home, world.token) as client:
        yield client


def said(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize("name", ["anthropic", "openai", "openrouter", "zai"])
@pytest.mark.sampled(2)
def test_a_stream_and_tools_in_every_dialect(client: Anthropic, name: str) -> None:
    with client.messages.stream(model=f"{name}/{MODEL}", messages=HI, max_tokens=99) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    assert "".join(pieces) == ANSWER
    assert (final.stop_reason, final.model) == ("end_turn", f"{name}/{MODEL}")
    model = f"{name}/{TOOL}"
    asked = client.messages.create(model=model, messages=HI, tools=TOOLS, max_tokens=99)
    use = asked.content[-1]
    assert use.type == "tool_use"
    assert (asked.stop_reason, use.input) == ("tool_use", {"city": "Oslo"})
    result = {"type": "tool_result", "tool_use_id": use.id, "content": "-3 °C"}
    history = [
        *HI,
        {"role": "assistant", "content": asked.content},
        {"role": "user", "content": [result]},
    ]
    after = client.messages.create(model=model, messages=history, tools=TOOLS, max_tokens=99)
    assert [each.text for each in after.content if each.type == "text"] == ["Cold."]


def test_a_conversation_goes_on_after_calls_of_tools(world: World, client: Anthropic) -> None:
    more: Any = {"model": "ollama/any", "max_tokens": 99, "tools": TOOLS}
    create = client.messages.with_raw_response.create
    asked = create(messages=said("Weather?"), system="Be brief.", **more)
    assert world.provider.told == [("system", "Be brief."), ("user", "Weather?")]
    use = asked.parse().content[-1]
    assert use.type == "tool_use"
    history = [
        *said("Weather?"),
        {"role": "assistant", "content": asked.parse().content},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": use.id, "content": "cold"},
                {"type": "text", "text": "Well?"},
            ],
        },
    ]
    # Another system text each time, as agents send it: it is the same conversation.
    after = create(messages=history, system=[{"type": "text", "text": "Be kind."}], **more)
    named = "x-mosaic-conversation"
    assert after.headers[named] == asked.headers[named]
    assert after.headers["x-mosaic-model"] == "ollama/any"
    assert world.provider.told[2:] == [("assistant", None), ("tool", "cold"), ("user", "Well?")]
    unkept = create(messages=HI, extra_body={"store": False}, **more)
    assert named not in unkept.headers


@pytest.mark.parametrize("stream", [False, True])
def test_arguments_that_are_no_json_are_an_error(client: Anthropic, *, stream: bool) -> None:
    def ask() -> object:
        more: Any = {"model": "ollama/any", "max_tokens": 99, "tools": TOOLS}
        asked = client.messages.create(messages=said("No JSON."), stream=stream, **more)
        return list(asked)

    with pytest.raises(anthropic.APIStatusError, match="not a JSON object"):
        ask()


def test_thoughts_and_a_cut_are_told(client: Anthropic) -> None:
    more: Any = {"model": "ollama/any", "max_tokens": 1}
    shown = client.messages.create(
        messages=said("Think."), thinking={"type": "enabled", "budget_tokens": 1024}, **more
    )
    assert [each.type for each in shown.content] == ["thinking", "text"]
    assert shown.stop_reason == "max_tokens"
    plain = client.messages.create(messages=said("Think."), **more)
    assert [each.type for each in plain.content] == ["text"]


def test_what_a_provider_does_wrong(world: World, client: Anthropic) -> None:
    more: Any = {"model": "ollama/any", "max_tokens": 99}
    with pytest.raises(anthropic.APIStatusError, match="no answer"):
        list(client.messages.create(messages=said("Break off."), stream=True, **more))
    with pytest.raises(anthropic.RateLimitError) as refused:
        client.messages.create(messages=said("Limit."), **more)
    assert refused.value.response.headers["retry-after"] == "7"
    # Just failed, it is asked all the same: nobody else is wanted.
    with pytest.raises(anthropic.APIStatusError) as refused_again:
        client.messages.create(messages=said("Be down."), stream=True, **more)
    assert refused_again.value.status_code == 529
    assert states(world.home)[-3:] == ["interrupted", "failed", "failed"]


def test_who_leaves_in_the_middle_has_what_was_said_kept(
    world: World, client: Anthropic, plain: httpx.Client
) -> None:
    more: Any = {"model": "ollama/any", "max_tokens": 99}
    with client.messages.stream(messages=said("Count."), **more) as stream:
        assert next(stream.text_stream) == "one "
        path = f"/api/conversations/{stream.response.headers['x-mosaic-conversation']}"
    assert world.provider.is_left.wait(DEADLINE)
    eventually(lambda: states(world.home)[-1] == "interrupted", "the turn is marked")
    assert plain.get(path).json()["turns"][0]["answer"] == "one "


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("[]", 400, "JSON object"),
        ("{", 400, "JSON object"),
        ('{"messages": ' + "[" * 20_000, 400, ""),
        ({"max_tokens": None}, 400, "`max_tokens`"),
        ({"messages": []}, 400, "`messages`"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, "`messages.0.role`"),
        ({"messages": [{"role": "user", "content": [{"type": "document"}]}]}, 400, "not supported"),
        ({"messages": [{"role": "user", "content": [{"type": "\ud800"}]}]}, 400, "not supported"),
        (
            {"messages": [{"role": "user", "content": [PIXEL]}], "model": "zai/glm-5.3"},
            400,
            "pictures",
        ),
        ({"tools": [{"type": "bash_20250124", "name": "bash"}]}, 400, "`tools.0`"),
        ({"tools": [{"name": "deep", "input_schema": DEEP}]}, 400, "nested too deeply"),
        ({"model": "claude-unknown"}, 404, "there is no model"),
        ({"messages": [{"role": "user", "content": "\ud800"}]}, 400, "half a character"),
    ],
)
def test_bad_input_is_told_in_the_shape_of_anthropic(
    plain: httpx.Client, body: str | dict[str, object], status: int, words: str
) -> None:
    given = {"model": "ollama/any", "max_tokens": 9, "messages": HI}
    content = body if isinstance(body, str) else json.dumps(given | body)
    answer = plain.post(PATH, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"type", "error"}
    error = answer.json()["error"]
    assert set(error) == {"type", "message"}
    assert error["type"] == ("invalid_request_error" if status == 400 else "not_found_error")
    assert words in error["message"]


def test_other_refusals_have_that_shape(world: World, plain: httpx.Client) -> None:
    body = {"model": "ollama/any", "max_tokens": 9, "messages": HI}
    large = {**body, "messages": [{"role": "user", "content": "x" * 1_000_000}]}
    minted = plain.post("/api/tokens", json={"label": "t", "scopes": ["admin"]}).json()["plaintext"]
    with client_of(world.home) as anyone:
        answers = [
            anyone.post(PATH, json=body),
            anyone.post(PATH, json=large, headers={"x-api-key": "mosaic_wrong"}),
            anyone.post(PATH, json=body, headers={"x-api-key": minted}),
            plain.post(f"{PATH}/count_tokens", json={**body, "model": "nobody/knows"}),
            plain.get("/v1/models/nobody/knows", headers=VERSION),
            plain.get("/v1/models?limit=0", headers=VERSION),
            plain.get(PATH),
            plain.post(PATH, content=b" " * (32 * 1024 * 1024 + 1)),
        ]
        # A token in either header, for a body that is larger than strangers may send.
        allowed = anyone.post(PATH, json=large, headers={"x-api-key": world.token})
    assert allowed.status_code == 200, allowed.text
    told = [(each.status_code, each.json()["error"]["type"]) for each in answers]
    assert told == [
        (401, "authentication_error"),
        (401, "authentication_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (404, "not_found_error"),
        (400, "invalid_request_error"),
        (405, "invalid_request_error"),
        (413, "request_too_large"),
    ]


def test_a_browser_may_send_what_the_sdk_adds(world: World) -> None:
    asked = "anthropic-dangerous-direct-browser-access,anthropic-version,x-api-key,x-stainless-os"
    headers = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    with client_of(world.home) as anyone:
        answer = anyone.options(PATH, headers=headers)
    assert answer.status_code == 200, answer.text
