"""What Anthropic's SDK asks besides messages: how many tokens there are, and which models."""

from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import pytest
from anthropic import Anthropic
from tests.gateway.agents import make
from tests.gateway.chats import MODEL
from tests.gateway.conftest import NewHome
from tests.gateway.process import DEADLINE
from tests.gateway.talks import Talk, talking

from mosaic_gateway.http.anthropic.listing import model, page
from mosaic_gateway.http.bad_request import BadRequestError

HI: list[Any] = [{"role": "user", "content": "word " * 100}]
TOOLS: list[Any] = [{"name": "weather", "input_schema": {"type": "object"}}]
ROWS = [model(name) for name in "abcde"]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Talk]:
    with new_home(tmp_path_factory.mktemp("lists")) as home, talking(home) as talk:
        yield talk


@pytest.fixture
def client(talk: Talk) -> Iterator[Anthropic]:
    """It sends the token as `x-api-key`."""
    token = talk.client.headers["authorization"].removeprefix("Bearer ")
    with Anthropic(
        base_url=talk.home.url, api_key=token, max_retries=0, timeout=DEADLINE
    ) as client:
        yield client


@pytest.mark.gateway
def test_tokens_are_counted_without_asking_anybody(talk: Talk, client: Anthropic) -> None:
    count = client.messages.count_tokens
    few = count(model=f"ollama/{MODEL}", messages=HI).input_tokens
    assert 120 <= few <= 140
    more: Any = {"system": "word " * 100, "tools": TOOLS, "thinking": {"type": "adaptive"}}
    assert count(model="mosaic", messages=HI, **more).input_tokens > 2 * few
    # Who asks an agent has its prompt read as well.
    make(talk.client, "Counted", prompt="word " * 400)
    assert count(model="mosaic/agent/counted", messages=HI).input_tokens > 4 * few
    with pytest.raises(anthropic.NotFoundError, match="there is no model"):
        count(model="nobody/knows", messages=HI)
    assert not any(each.body and "messages" in each.body for each in talk.provider.asked)
    assert talk.home.sql("SELECT 1 FROM usage") == []


@pytest.mark.gateway
def test_the_list_of_models_comes_in_both_shapes(talk: Talk, client: Anthropic) -> None:
    usual = [each["id"] for each in talk.client.get("/v1/models").json()["data"]]
    assert f"ollama/{MODEL}" in usual
    # In parts, one after the other, as the SDK asks for them.
    found = list(client.models.list(limit=3))
    assert [each.id for each in found] == usual
    assert {(each.type, each.lifecycle) for each in found} == {("model", "active")}
    assert found[0].created_at.year == 1970
    assert client.models.retrieve("mosaic").display_name == "mosaic"
    with pytest.raises(anthropic.NotFoundError, match="there is no model"):
        client.models.retrieve("nobody/knows")
    with pytest.raises(anthropic.BadRequestError, match="no model of the list"):
        client.models.list(after_id="nobody/knows")
    with httpx.Client(base_url=talk.home.url) as anyone:
        refused = anyone.get("/v1/models", headers={"anthropic-version": "2023-06-01"})
    assert (refused.status_code, refused.json()["type"]) == (401, "error")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("asked", "names", "has_more"),
    [
        ({}, "abcde", False),
        ({"limit": "2"}, "ab", True),
        ({"limit": "2", "after_id": "c"}, "de", False),
        ({"after_id": "e"}, "", False),
        ({"limit": "2", "before_id": "d"}, "bc", True),
        ({"limit": "9", "before_id": "d"}, "abc", False),
        ({"after_id": "a", "before_id": "d", "limit": "1"}, "b", True),
    ],
)
def test_a_part_of_the_list(asked: dict[str, str], names: str, *, has_more: bool) -> None:
    found = page(ROWS, asked)
    assert ("".join(each["id"] for each in found["data"]), found["has_more"]) == (names, has_more)
    ends = (names[0], names[-1]) if names else (None, None)
    assert (found["first_id"], found["last_id"]) == ends


@pytest.mark.unit
@pytest.mark.parametrize(
    "asked", [{"limit": "0"}, {"limit": "1001"}, {"limit": "²"}, {"after_id": "x"}]
)
def test_a_part_that_there_is_not(asked: dict[str, str]) -> None:
    with pytest.raises(BadRequestError):
        page(ROWS, asked)
