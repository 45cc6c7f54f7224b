"""`/v1/responses` with OpenAI's own SDK: before the dialects of a stand-in by somebody else, and
before a provider that does what a test wants."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from tests.gateway.chats import MODEL, eventually, openai_client, states
from tests.gateway.conftest import NewHome
from tests.gateway.people import add_person, signed_in
from tests.gateway.process import DEADLINE, client_of
from tests.gateway.scripted import ANSWER, TOOL, World, scripted_world

pytestmark = pytest.mark.gateway

TOOLS: list[Any] = [
    {"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": False}
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[World]:
    with scripted_world(tmp_path_factory.mktemp("responses"), new_home) as world:
        yield world


@pytest.fixture
def client(world: World) -> Iterator[OpenAI]:
    with openai_client(world.home, world.token) as client:
        yield client


@pytest.fixture
def plain(world: World) -> Iterator[httpx.Client]:
    with client_of(world.home, world.token) as client:
        yield client


@pytest.mark.parametrize("name", ["anthropic", "openai", "openrouter", "zai"])
@pytest.mark.sampled(2)
def test_a_stream_and_tools_in_every_dialect(client: OpenAI, name: str) -> None:
    with client.responses.stream(model=f"{name}/{MODEL}", input="Hi.") as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds.count("response.output_text.delta") > 0
    assert (final.output_text, final.status) == (ANSWER, "completed")
    assert final.model == f"{name}/{MODEL}"
    asked = client.responses.create(model=f"{name}/{TOOL}", input="Hi.", tools=TOOLS)
    call = asked.output[-1]
    assert call.type == "function_call"
    assert (call.name, json.loads(call.arguments)) == ("weather", {"city": "Oslo"})
    result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "-3 °C"}
    after = client.responses.create(
        model=f"{name}/{TOOL}", input=[result], tools=TOOLS, previous_response_id=asked.id
    )
    assert after.output_text == "Cold."


def test_a_response_goes_on_in_its_conversation(world: World, client: OpenAI) -> None:
    model = "ollama/any"
    responses = client.responses.with_raw_response
    first = responses.create(model=model, input="First.", instructions="Be brief.")
    assert world.provider.told == [("system", "Be brief."), ("user", "First.")]
    assert first.headers["x-mosaic-model"] == model
    conversation = first.headers["x-mosaic-conversation"]
    one = first.parse().id
    second = responses.create(model=model, input="Second.", previous_response_id=one)
    assert second.headers["x-mosaic-conversation"] == conversation
    # Instructions are for one question, as OpenAI has it.
    assert world.provider.told == [
        ("user", "First."),
        ("assistant", "one two"),
        ("user", "Second."),
    ]
    # What has gone on since stays as it is: another answer to the first begins anew.
    fork = responses.create(model=model, input="Instead.", previous_response_id=one)
    assert fork.headers["x-mosaic-conversation"] != conversation
    assert world.provider.told[1:] == [("assistant", "one two"), ("user", "Instead.")]
    # Who repeats all of it goes on with it as well.
    items: list[Any] = [{"role": "user", "content": "First."}, *first.parse().output]
    items += [{"role": "user", "content": "Second."}, *second.parse().output]
    third = responses.create(model=model, input=[*items, {"role": "user", "content": "Third."}])
    assert third.headers["x-mosaic-conversation"] == conversation
    unkept = responses.create(
        model=model, input="Fourth.", store=False, previous_response_id=third.parse().id
    )
    assert world.provider.told[-2:] == [("assistant", "one two"), ("user", "Fourth.")]
    assert "x-mosaic-conversation" not in unkept.headers
    assert json.loads(unkept.text)["store"] is False
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model=model, input="?", previous_response_id=unkept.parse().id)


def test_nobody_goes_on_with_a_response_of_somebody_else(world: World, client: OpenAI) -> None:
    mine = client.responses.create(model="ollama/any", input="Mine.").id
    eves = add_person(world.home, "eve@example.org").email
    told = []
    with signed_in(world.home, eves) as eve:
        for wanted in (mine, f"resp_{'0' * 32}", "resp_1", "msg_\ud800", ""):
            body = {"model": "ollama/any", "input": "?", "previous_response_id": wanted}
            headers = {"Content-Type": "application/json"}
            answer = eve.post("/v1/responses", content=json.dumps(body), headers=headers)
            told.append((answer.status_code, answer.json()["error"]))
    # Whether it is somebody else's is not told.
    assert [status for status, _ in told] == [404] * 5
    assert {json.dumps(error) for _, error in told} == {json.dumps(told[1][1])}
    assert told[0][1]["code"] == "previous_response_not_found"


def test_messages_may_be_named_by_their_ids_as_some_clients_do(
    world: World, client: OpenAI
) -> None:
    responses = client.responses.with_raw_response
    first = responses.create(model="ollama/any", input="First.")
    names = ["rs_1", first.parse().output[-1].id]
    references: list[Any] = [{"type": "item_reference", "id": name} for name in names]
    history: list[Any] = [{"role": "user", "content": "First."}, *references]
    history.append({"role": "user", "content": "Second."})
    second = responses.create(model="ollama/any", input=history)
    kept = "x-mosaic-conversation"
    assert second.headers[kept] == first.headers[kept]
    assert world.provider.told[1:] == [("assistant", "one two"), ("user", "Second.")]
    mallorys = add_person(world.home, "mallory@example.org").email
    with signed_in(world.home, mallorys) as mallory:
        refused = mallory.post("/v1/responses", json={"model": "ollama/any", "input": history})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "item_not_found")


def test_a_call_of_a_tool_is_answered_whatever_its_arguments_are(
    world: World, client: OpenAI
) -> None:
    asked = client.responses.create(model="ollama/any", input="No JSON.", tools=TOOLS)
    call = asked.output[-1]
    assert call.type == "function_call"
    assert call.arguments == "no {JSON"
    item: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "?"}
    after = client.responses.create(
        model="ollama/any", input=[item], previous_response_id=asked.id, tools=TOOLS
    )
    assert after.output_text == "one two"
    assert [role for role, _ in world.provider.told] == ["user", "assistant", "tool"]


def test_thoughts_and_a_cut_are_told(client: OpenAI) -> None:
    response = client.responses.create(model="ollama/any", input="Think.")
    assert [each.type for each in response.output] == ["reasoning", "message"]
    assert (response.output_text, response.status) == ("So.", "incomplete")
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"


def test_what_a_provider_does_wrong(world: World, client: OpenAI) -> None:
    *_, last = client.responses.create(model="ollama/any", input="Break off.", stream=True)
    assert last.type == "response.failed"
    assert last.response.error is not None
    assert "no answer" in last.response.error.message
    assert [each.type for each in last.response.output] == ["message"]
    with pytest.raises(openai.RateLimitError) as refused:
        client.responses.create(model="ollama/any", input="Limit.", stream=True)
    assert refused.value.response.headers["retry-after"] == "7"
    assert states(world.home)[-2:] == ["interrupted", "failed"]


def test_who_leaves_in_the_middle_has_what_was_said_kept(world: World, plain: httpx.Client) -> None:
    body = {"model": "ollama/any", "input": "Count.", "stream": True}
    with plain.stream("POST", "/v1/responses", json=body) as answer:
        lines = answer.iter_lines()
        while "one " not in next(lines):
            pass
        path = f"/api/conversations/{answer.headers['x-mosaic-conversation']}"
    assert world.provider.is_left.wait(DEADLINE)
    eventually(lambda: states(world.home)[-1] == "interrupted", "the turn is marked")
    assert plain.get(path).json()["turns"][0]["answer"] == "one "


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ("[]", 400, None),
        ("{", 400, None),
        ('{"input": ' + "[" * 20_000, 400, None),
        ("{}", 400, "input"),
        ('{"input": []}', 400, "input"),
        ('{"input": 7}', 400, "input"),
        ('{"input": [7]}', 400, "input.0"),
        ('{"input": [{"type": "item_reference", "id": "x\\ud800"}]}', 404, "input.0"),
        ('{"input": [{"type": "item_reference", "id": "fc_1"}]}', 404, "input.0"),
        ('{"input": [{"type": "\\ud800"}]}', 400, "input.0"),
        ('{"input": [{"type": ["message"]}]}', 400, "input.0"),
        ('{"input": [{"role": "x", "content": "?"}]}', 400, "input.0.message.role"),
        ('{"input": [{"role": "user", "content": [{"type": "input_file"}]}]}', 400, None),
        ('{"input": "Hi.", "tools": [{"type": "web_search"}]}', 400, "tools.0"),
        ('{"input": "Hi.", "max_output_tokens": 0}', 400, "max_output_tokens"),
        ('{"input": "Hi.", "model": "nobody/knows"}', 404, None),
        ('{"input": "\\ud800", "model": "ollama/any"}', 400, None),
    ],
)
def test_bad_input_is_told_in_the_shape_of_openai(
    plain: httpx.Client, body: str, status: int, param: str | None
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = plain.post("/v1/responses", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "code", "param"}
    assert error["message"]
    assert param in {None, error["param"]}


def test_whatever_else_a_client_sends_is_passed_over(world: World, plain: httpx.Client) -> None:
    more = {"truncation": "auto", "include": ["x"], "user": "u", "unknown": {"a": [1]}}
    nothing = dict.fromkeys(("tools", "tool_choice", "text", "reasoning", "metadata", "stream"))
    body = {"model": "ollama/any", "input": "nul \x00, \u202eright to left", **more, **nothing}
    answer = plain.post("/v1/responses", json=body)
    assert answer.status_code == 200, answer.text
    assert world.provider.told == [("user", "nul \x00, \u202eright to left")]
