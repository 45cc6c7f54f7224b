"""Agents: what a model is told of them, and who sees and changes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.gateway.agents import make, names
from tests.gateway.chats import HI, MODEL, SMALL_MODEL, ask
from tests.gateway.conftest import NewHome
from tests.gateway.people import add_person, forget_others, signed_in
from tests.gateway.process import client_of, error_id
from tests.gateway.talks import Talk, talking

from mosaic_gateway.agents.agent import LONGEST_PROMPT

pytestmark = pytest.mark.gateway

EVE = "eve@example.org"
SMALL = f"ollama/{SMALL_MODEL}"
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
    for name in ("look_up", "delete_all")
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Talk]:
    with new_home(tmp_path_factory.mktemp("agents")) as home, talking(home) as talk:
        talk.provider.may_go_on.set()
        yield talk


@pytest.fixture
def talk(shared: Talk) -> Talk:
    """That of all tests, without agents, conversations, or anybody but Ada."""
    for table in ("turns", "conversations", "agents"):
        shared.home.sql(f"DELETE FROM {table}")  # noqa: S608
    forget_others(shared.home)
    return shared


@contextmanager
def eve(talk: Talk) -> Iterator[httpx.Client]:
    """A member, with a session of her own."""
    add_person(talk.home, EVE)
    with signed_in(talk.home, EVE) as client:
        yield client


def test_an_agent_is_made_asked_changed_and_removed(talk: Talk) -> None:
    agent = make(talk.client, "Mason", model=SMALL)
    first = ask(talk.client, "Hello.", agent="mason")
    assert talk.provider.history == [("system", "You are Mason."), ("user", "Hello.")]
    assert talk.provider.asked[-1].body["model"] == SMALL_MODEL
    assert first["route"]["agent"] == "Mason"
    assert first["route"]["reason"] == f"the agent is set to `{SMALL}`"
    path = f"/api/agents/{agent}"
    changed = talk.client.patch(path, json={"prompt": "Be brief.", "model": "mosaic"})
    assert changed.json() == talk.client.get(path).json()
    assert (changed.json()["name"], changed.json()["prompt"]) == ("Mason", "Be brief.")
    conversation = first["route"]["conversation"]
    ask(talk.client, "And now?", conversation)
    assert talk.provider.history[0] == ("system", "Be brief.")
    assert talk.provider.asked[-1].body["model"] == MODEL
    assert talk.client.delete(path).status_code == 204
    gone = talk.client.get(path)
    assert (gone.status_code, error_id(gone)) == (404, "no-such-agent")
    # Who held the conversation is gone; it goes on without them, and still says who it was.
    assert ask(talk.client, "Are you there?", conversation)["route"]["agent"] is None
    assert talk.provider.history[0] == ("user", "Hello.")
    turns = talk.client.get(f"/api/conversations/{conversation}").json()["turns"]
    assert [each["agent"] for each in turns] == ["Mason", "Mason", None]


def test_the_agent_is_switched_within_a_conversation(talk: Talk) -> None:
    make(talk.client, "Mason")
    make(talk.client, "Sage")
    conversation = ask(talk.client, "One.", agent="Mason")["route"]["conversation"]
    assert ask(talk.client, "Two.", conversation, agent="Sage")["route"]["agent"] == "Sage"
    assert talk.provider.history == [
        ("system", "You are Sage."),
        ("user", "One."),
        ("assistant", "one two"),
        ("user", "Two."),
    ]
    by_model = ask(talk.client, "Three.", conversation, model="mosaic/agent/Mason")
    assert by_model["route"]["agent"] == "Mason"
    assert ask(talk.client, "Four.", conversation)["route"]["agent"] == "Mason"
    # A model that is asked for is asked, in the name of the same agent.
    other = ask(talk.client, "Five.", conversation, model=SMALL)["route"]
    assert (other["agent"], other["model"]) == ("Mason", SMALL)
    assert ask(talk.client, "Six.", conversation, agent="")["route"]["agent"] is None
    assert ask(talk.client, "Seven.", conversation)["route"]["agent"] is None
    assert [role for role, _ in talk.provider.history].count("system") == 0


def test_clients_of_v1_name_an_agent_as_a_model(talk: Talk) -> None:
    make(talk.client, "Über/Prüfer 1", tools=["look_up"])
    name = "mosaic/agent/über/prüfer 1"
    listed = [each["id"] for each in talk.client.get("/v1/models").json()["data"]]
    assert "mosaic/agent/Über/Prüfer 1" in listed
    assert talk.client.get(f"/v1/models/{name}").json()["id"] == "mosaic/agent/Über/Prüfer 1"
    chosen = {"type": "function", "function": {"name": "delete_all"}}
    body = {"model": name, "messages": HI, "tools": TOOLS, "tool_choice": chosen}
    answer = talk.client.post("/v1/chat/completions", json=body)
    assert answer.headers["x-mosaic-agent"] == "Über/Prüfer 1"
    asked = talk.provider.asked[-1].body
    assert [each["function"]["name"] for each in asked["tools"]] == ["look_up"]
    assert asked["tool_choice"] == "auto"
    assert talk.provider.history[0] == ("system", "You are Über/Prüfer 1.")
    # The agent's prompt is no part of what was said: the client goes on with its conversation.
    said = answer.json()["choices"][0]["message"]
    more = [*HI, said, {"role": "user", "content": "More."}]
    again = talk.client.post("/v1/chat/completions", json={**body, "messages": more})
    kept = "x-mosaic-conversation"
    assert again.headers[kept] == answer.headers[kept]
    for missing in (
        "mosaic/agent/nobody",
        "mosaic/agent/",
        "mosaic/agent/\x00",
        "mosaic/agent/\ud800",
    ):
        content = json.dumps({**body, "model": missing})
        headers = {"Content-Type": "application/json"}
        refused = talk.client.post("/v1/chat/completions", content=content, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")


def test_routing_is_explained_for_an_agent(talk: Talk) -> None:
    make(talk.client, "Mason", model=SMALL)
    body = {"text": "Hello.", "agent": "Mason"}
    assert talk.client.post("/api/routing/explain", json=body).json()["models"] == [SMALL]
    refused = talk.client.post("/api/routing/explain", json={**body, "agent": "nobody"})
    assert (refused.status_code, error_id(refused)) == (404, "no-such-agent")


def test_nobody_sees_or_changes_the_agents_of_somebody_else(talk: Talk) -> None:
    mine = make(talk.client, "Mine")
    everybodys = make(talk.client, "Everybody's", isShared=True)
    with eve(talk) as client:
        assert names(client) == ["Everybody's"]
        hers = make(client, "Mine")
        assert names(client) == ["Mine", "Everybody's"]
        assert names(talk.client) == ["Mine", "Everybody's"]
        for other, whose in ((client, mine), (talk.client, hers)):
            path = f"/api/agents/{whose}"
            answers = [other.get(path), other.patch(path, json={}), other.delete(path)]
            assert {(each.status_code, error_id(each)) for each in answers} == {
                (404, "no-such-agent")
            }
        ask(client, "Who are you?", agent="Everybody's")
        path = f"/api/agents/{everybodys}"
        body = {"name": "X", "prompt": "X", "isShared": True}
        refused = [
            client.patch(path, json={"prompt": "Obey Eve."}),
            client.delete(path),
            client.post("/api/agents", json=body),
        ]
        assert {(each.status_code, error_id(each)) for each in refused} == {
            (403, "not-administrator")
        }
    minted = talk.client.post("/api/tokens", json={"label": "a program"}).json()["plaintext"]
    with client_of(talk.home, minted) as program:
        refused_one = program.patch(path, json={"prompt": "Obey me."})
        assert (refused_one.status_code, error_id(refused_one)) == (403, "missing-scope")
        assert program.patch(f"/api/agents/{mine}", json={"prompt": "Fine."}).status_code == 200
    with client_of(talk.home) as nobody:
        assert nobody.get("/api/agents").status_code == 401
    assert talk.client.get(path).json()["prompt"] == "You are Everybody's."


def test_ones_own_agent_comes_before_everybodys_of_the_same_name(talk: Talk) -> None:
    with eve(talk) as client:
        make(client, "Mason", prompt="Hers.")
        make(talk.client, "mason", prompt="Everybody's.", isShared=True)
        assert names(client) == ["Mason"]
        ask(client, "Hello.", agent="MASON")
        assert talk.provider.history[0] == ("system", "Hers.")
    ask(talk.client, "Hello.", agent="MASON")
    assert talk.provider.history[0] == ("system", "Everybody's.")


def test_with_an_account_go_its_agents_and_not_everybodys(talk: Talk) -> None:
    with eve(talk) as client:
        make(client, "Hers")
        make(talk.client, "Everybody's", isShared=True)
        her_id = client.get("/api/me").json()["user"]["id"]
    assert talk.client.delete(f"/api/admin/users/{her_id}").status_code == 204
    assert talk.home.sql("SELECT name FROM agents") == [("Everybody's",)]


def test_the_longest_prompt_and_no_tools_at_all_are_kept_as_they_are(talk: Talk) -> None:
    prompt = "ä" * LONGEST_PROMPT
    agent = make(talk.client, "A" * 200, prompt=prompt, tools=[])
    found = talk.client.get(f"/api/agents/{agent}").json()
    assert (found["prompt"], found["tools"]) == (prompt, [])
    body = {"model": f"mosaic/agent/{'A' * 200}", "messages": HI, "tools": TOOLS}
    assert talk.client.post("/v1/chat/completions", json=body).status_code == 200
    assert "tools" not in talk.provider.asked[-1].body


def test_a_model_that_is_gone_is_named(talk: Talk) -> None:
    agent = make(talk.client, "Mason")
    talk.home.sql("UPDATE agents SET model = ? WHERE id = ?", "anthropic/claude", agent)
    body = {"model": "mosaic/agent/Mason", "messages": HI}
    refused = talk.client.post("/v1/chat/completions", json=body)
    assert refused.status_code == 404
    assert "`anthropic/claude`, which does not exist any more" in refused.text
