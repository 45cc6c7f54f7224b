"""Agents that remember and recall: a real gateway, and a provider that calls their tools."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.gateway.agents import make
from tests.gateway.chats import HI, ask, calling, events_of, providers, said, standing_in, start
from tests.gateway.conftest import NewHome
from tests.gateway.people import add_person, signed_in
from tests.gateway.process import Home, client_of
from tests.standins.server import Asked, Told

pytestmark = pytest.mark.gateway

LOOK_UP = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}
EVE = "eve@example.org"


class Provider:
    """Calls the tool that a question begins with, and says what it is told of it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked.body)
        last = asked.body["messages"][-1]
        if last["role"] == "tool":
            return said(f"told: {last['content']}")
        name, _, text = str(last["content"]).partition(": ")
        if name not in self.tools:
            return said("Hi.")
        return calling(name, text=text)

    @property
    def tools(self) -> list[str]:
        """Those that it was offered last."""
        return [each["function"]["name"] for each in self.asked[-1].get("tools", ())]


@pytest.fixture(scope="module")
def provider() -> Provider:
    return Provider()


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, new_home: NewHome, provider: Provider
) -> Iterator[Home]:
    with new_home(tmp_path_factory.mktemp("tools")) as home, standing_in(provider) as service:
        home.fill()
        start(home, providers(service.url, "ollama"))
        yield home


@pytest.fixture(scope="module")
def ada(home: Home) -> Iterator[httpx.Client]:
    with client_of(home, home.set_up()) as client:
        make(client, "Mason", tools=["*", "remember", "recall"], isShared=True)
        yield client


def test_an_agent_remembers_and_recalls_for_one_user(
    home: Home, ada: httpx.Client, provider: Provider
) -> None:
    kept = ask(ada, "remember: The key is under the mat.", agent="Mason")
    assert kept["text"] == 'told: {"remembered": "The key is under the mat."}'
    assert (kept["tool"]["name"], kept["done"]["finish"]) == ("remember", "stop")
    assert json.loads(kept["tool"]["arguments"]) == {"text": "The key is under the mat."}
    [memory] = ada.get("/api/memories").json()
    conversation = kept["route"]["conversation"]
    assert (memory["text"], memory["conversation"]) == (
        "The key is under the mat.",
        conversation,
    )
    assert "under the mat" in ask(ada, "recall: where is the key", agent="Mason")["text"]
    add_person(home, EVE)
    with signed_in(home, EVE) as eve:
        assert "under the mat" not in ask(eve, "recall: where is the key", agent="Mason")["text"]
    # What was called is no part of what was said: the next question repeats nothing of it.
    ask(ada, "Hello.", conversation)
    assert [each["role"] for each in provider.asked[-1]["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    # Where the conversation is gone, what was kept in it stays.
    ada.delete(f"/api/conversations/{conversation}")
    assert ada.get(f"/api/memories/{memory['id']}").json()["conversation"] is None


def test_clients_of_v1_see_no_call_but_of_their_own_tools(
    ada: httpx.Client, provider: Provider
) -> None:
    body: dict[str, Any] = {"model": "mosaic/agent/Mason", "tools": [LOOK_UP]}
    for question, finish in (("recall: key", "stop"), ("look_up: key", "tool_calls")):
        messages = [{"role": "user", "content": question}]
        answer = ada.post("/v1/chat/completions", json={**body, "messages": messages}).json()
        [choice] = answer["choices"]
        calls = [each["function"]["name"] for each in choice["message"].get("tool_calls", [])]
        assert (choice["finish_reason"], calls) == (finish, ["look_up"][: finish != "stop"])
    streamed = {**body, "messages": [{"role": "user", "content": "recall: key"}], "stream": True}
    text = ada.post("/v1/chat/completions", json=streamed).text
    assert '"tool_calls"' not in text
    assert text.endswith("data: [DONE]\n\n")
    assert provider.tools == ["look_up", "remember", "recall"]
    for wish in ({"tool_choice": "none"}, {"tool_choice": "required"}):
        ada.post("/v1/chat/completions", json={**body, "messages": HI, **wish})
        assert provider.tools == ["look_up"]


def test_only_agents_that_have_them_are_offered_them(ada: httpx.Client, provider: Provider) -> None:
    for name, tools in (("All", None), ("Named", ["look_up"]), ("None", [])):
        make(ada, name, tools=tools)
        ask(ada, "Hello.", agent=name)
        assert provider.tools == []
    make(ada, "Reader", tools=["recall"])
    conversation = ada.post("/api/conversations", json={}).json()["id"]
    turn = {"text": "recall: key", "agent": "Reader"}
    told = ada.post(f"/api/conversations/{conversation}/turns", json=turn)
    assert [name for name, _ in events_of(told.text)].count("tool") == 1
    assert provider.tools == ["recall"]
