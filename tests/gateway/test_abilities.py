"""Only models that can do it are asked: pictures, tools, length, formats; and a clear refusal."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.gateway.chats import HI, KEY, events_of, providers, said, standing_in, start
from tests.gateway.conftest import NewHome
from tests.gateway.process import client_of
from tests.standins.server import StandIn

from mosaic_gateway.errors import NoCapableModelError, TooLongError
from mosaic_gateway.models.messages import Message, Picture, Tool, ToolCall, Wish
from mosaic_gateway.routing.abilities import (
    CHARACTERS_PER_TOKEN,
    OLLAMA_READS,
    Abilities,
    Needs,
    suited,
    usual,
)
from mosaic_gateway.routing.decision import Decision, Target
from mosaic_gateway.turns.choice import needs_of

CLAUDE = Target("anthropic", "claude-sonnet-5-5")
GLM = Target("zai", "glm-5.3")
LLAMA = Target("ollama", "llama3.1:8b")
NEW = Target("openrouter", "vendor/something-new")
PICTURES, LONG = Needs(pictures=True), Needs(characters=6 * OLLAMA_READS * CHARACTERS_PER_TOKEN)
PIXEL = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
LOOK: list[Any] = [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, PIXEL]}]


def decided(*chain: Target) -> Decision:
    return Decision("cheap", chain, "a short question: cheap")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("chain", "needs", "others", "asked", "reason"),
    [
        ((GLM, CLAUDE), Needs(), (), (GLM, CLAUDE), ""),
        ((GLM, CLAUDE), PICTURES, (), (CLAUDE,), "zai/glm-5.3 cannot look at pictures"),
        ((NEW, GLM), PICTURES, (), (NEW,), ""),
        ((GLM, LLAMA), PICTURES, (LLAMA, CLAUDE), (CLAUDE,), (f"{GLM} cannot look at pictures; "
         f"{LLAMA} cannot look at pictures")),
        ((LLAMA, GLM), LONG, (), (GLM, LLAMA), f"{LLAMA} may leave out a part of so long a text"),
        ((LLAMA,), LONG, (), (LLAMA,), ""),
    ],
)  # fmt: skip
def test_only_those_are_asked_who_can(
    chain: tuple[Target, ...],
    needs: Needs,
    others: tuple[Target, ...],
    asked: tuple[Target, ...],
    reason: str,
) -> None:
    found = suited(decided(*chain), needs, others)
    assert found.chain == asked
    assert found.reason == "a short question: cheap" + (f"; {reason}" if reason else "")


@pytest.mark.unit
def test_where_nobody_can_it_says_what_each_lacks() -> None:
    with pytest.raises(NoCapableModelError) as error:
        suited(decided(GLM, LLAMA), PICTURES, (GLM,))
    assert "zai/glm-5.3 cannot look at pictures" in error.value.message

    def small(_: Target) -> Abilities:
        return Abilities(tools=False, tokens=100)

    with pytest.raises(TooLongError, match="reads at most 100 tokens"):
        suited(decided(NEW), Needs(characters=1000), (), small)
    with pytest.raises(NoCapableModelError, match="cannot use tools"):
        suited(decided(NEW), Needs(tools=True, characters=100), (), small)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("model", "pictures"),
    [
        ("~anthropic/claude-haiku-latest", True),
        ("gpt-6.1-sol", True),
        ("glm-5.3-flash", False),
        ("glm-5.3v", True),
        ("llama3.2:3b", False),
        ("llama3.2-vision:11b", None),
        ("qwen2.5vl:7b", None),
        ("whatever", None),
    ],
)
def test_what_the_name_of_a_model_tells(model: str, *, pictures: bool | None) -> None:
    assert usual(Target("any", model)).pictures is pictures


@pytest.mark.unit
def test_what_a_question_needs_is_counted_with_its_history() -> None:
    history = [
        Message("user", ("12345", Picture("https://p.example/1"))),
        Message("assistant", (), (ToolCall("1", "f", "12345"),)),
        Message("user", ("12345",)),
    ]
    tools = (Tool("f", parameters={}),)
    assert needs_of(history, Wish(tools=tools)) == Needs(pictures=True, tools=True, characters=17)
    assert not needs_of(history, Wish(tools=tools, tool_choice="none")).tools


@pytest.fixture(scope="module")
def service() -> Iterator[StandIn]:
    with standing_in(lambda _: said("good")) as service:
        yield service


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, new_home: NewHome, service: StandIn
) -> Iterator[httpx.Client]:
    """Z.AI, whose usual models read text alone, before an Ollama whose models nobody knows."""
    with new_home(tmp_path_factory.mktemp("abilities")) as home:
        section: dict[str, Any] = providers(service.url, "zai", "ollama")
        section["zai"] |= {"model": "glm-5.3", "smallModel": "glm-5.3", "largeModel": "glm-5.3"}
        start(home, section)
        with client_of(home, home.set_up()) as client:
            yield client
        assert KEY not in home.log()


def complete(client: httpx.Client, **more: object) -> httpx.Response:
    body = {"model": "mosaic", "messages": HI, **more}
    return client.post("/v1/chat/completions", json=body)


@pytest.mark.gateway
def test_a_picture_goes_to_whom_can_see_it_and_the_reason_says_so(client: httpx.Client) -> None:
    assert complete(client).headers["x-mosaic-model"] == "zai/glm-5.3"
    answer = complete(client, messages=LOOK)
    assert answer.headers["x-mosaic-model"].startswith("ollama/")
    assert "zai/glm-5.3 cannot look at pictures" in answer.headers["x-mosaic-reason"]
    refused = complete(client, messages=LOOK, model="zai/glm-5.3")
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (400, "no_capable_model")
    assert "cannot look at pictures" in error["message"]


@pytest.mark.gateway
@pytest.mark.parametrize(
    ("wanted", "model", "sent"),
    [
        ({"type": "text"}, "zai/glm-5.3", None),
        ({"type": "json_object"}, "zai/glm-5.3", "json_object"),
        ({"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
         "ollama/", "json_schema"),
    ],
)  # fmt: skip
def test_a_format_is_passed_on_to_whom_keeps_to_it(
    client: httpx.Client, service: StandIn, wanted: dict[str, Any], model: str, sent: str | None
) -> None:
    answer = complete(client, response_format=wanted)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-mosaic-model"].startswith(model)
    format_sent = service.asked[-1].body.get("response_format") or {}
    assert format_sent.get("type") == sent
    if sent == "json_object":
        assert "JSON" in json.dumps(service.asked[-1].body["messages"])


@pytest.mark.gateway
def test_a_format_that_nobody_keeps_to_is_refused(client: httpx.Client) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    refused = complete(client, response_format=wanted, model="zai/glm-5.3")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "no_capable_model")
    unknown = complete(client, response_format={"type": "json_schema"})
    assert (unknown.status_code, unknown.json()["error"]["param"]) == (400, "response_format")


@pytest.mark.gateway
def test_our_own_surface_caps_what_it_takes_and_says_who_may_answer(client: httpx.Client) -> None:
    conversation = client.post("/api/conversations", json={}).json()["id"]
    path = f"/api/conversations/{conversation}/turns"
    assert client.post(path, json={"text": "x" * 70_000}).status_code == 413
    long = {"text": "word " * 12_000, "model": "mosaic"}
    assert [name for name, _ in events_of(client.post(path, json=long).text)][-1] == "done"
