"""Conversations that are longer than a model reads: told as a summary, and none of it is lost."""

import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.gateway.chats import (
    ask,
    chunk,
    eventually,
    providers,
    said,
    standing_in,
    start,
    start_again,
    states,
)
from tests.gateway.conftest import NewHome
from tests.gateway.kinds import ON_BOTH
from tests.gateway.process import DEADLINE, client_of
from tests.gateway.talks import Provider, Talk
from tests.standins.server import Asked, Told

pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]

FACT = "My cat is called Mitzi."
FILLER = "lorem ipsum " * 500
QUESTION = "What is my cat called? " + "dolor " * 300
"""With two of the fillers, more than 80 % of the 4,096 tokens that Ollama is sure to read."""


class Forgetful(Provider):
    """Knows what it is told, and nothing else; fails, waits or writes where it is to summarise."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = False
        self.is_summarising = threading.Event()

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        messages = asked.body["messages"]
        knows = any("Mitzi" in str(each["content"]) for each in messages)
        if not self.summarises(asked):
            is_question = messages[-1]["content"] == QUESTION
            return said("Mitzi." if knows else "I do not know.") if is_question else said("Noted.")
        self.is_summarising.set()
        if self.fails:
            return Told(status=500, body={"error": {"message": "no"}})
        return Told(content="text/event-stream", pieces=self._summary(knows=knows))

    @staticmethod
    def summarises(asked: Asked) -> bool:
        return str(asked.body["messages"][0]["content"]).startswith("You summarise")

    def _summary(self, *, knows: bool) -> Iterator[bytes]:
        try:
            yield chunk(role="assistant", content="The user's ")
            while not self.may_go_on.wait(0.02):
                yield b": still here\n\n"
            yield chunk(content="cat is called Mitzi." if knows else "cat was not mentioned.")
            yield chunk(finish="stop")
        except GeneratorExit:
            self.is_left.set()
            raise


@dataclass
class Long(Talk):
    """A gateway whose one provider has a small context."""

    provider: Forgetful

    def tell(self) -> str:
        """A conversation that begins with a fact, and is as long as its model reads."""
        conversation = str(ask(self.client, f"{FACT} {FILLER}")["route"]["conversation"])
        assert "summary" not in ask(self.client, FILLER, conversation)["route"]["reason"]
        return conversation

    def shown(self, conversation: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/conversations/{conversation}").json()
        return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Long]:
    provider = Forgetful()
    with new_home(tmp_path_factory.mktemp("long")) as home, standing_in(provider) as service:
        home.fill()
        start(home, providers(service.url, "ollama"))
        try:
            with client_of(home, home.set_up()) as client:
                yield Long(home, provider, client)
        finally:
            provider.may_go_on.set()


@pytest.fixture
def talk(shared: Long) -> Long:
    """That of all tests, with nothing said yet."""
    for table in ("usage", "turns", "conversations"):
        shared.home.sql(f"DELETE FROM {table}")  # noqa: S608
    shared.provider.may_go_on.set()
    shared.provider.fails = False
    shared.provider.asked.clear()
    shared.provider.is_summarising.clear()
    return shared


def test_what_was_said_at_the_start_is_known_through_a_summary(talk: Long) -> None:
    conversation = talk.tell()
    answer = ask(talk.client, QUESTION, conversation)
    assert answer["text"] == "Mitzi."
    by = "a summary by ollama/a-vendor/a-model stands for the first 2 turns"
    assert by in answer["route"]["reason"]
    summarising, asking = talk.provider.asked[-2:]
    assert FILLER.strip() in summarising.body["messages"][1]["content"]
    summary, question = asking.body["messages"]
    assert "The user's cat is called Mitzi." in summary["content"]
    assert question["content"] == QUESTION
    # All of it is there, and what stands for it, and why the answer is what it is.
    shown = talk.shown(conversation)
    assert [len(each["question"][0]["text"]) > 5000 for each in shown["turns"]] == [1, 1, 0]
    assert shown["turns"][2]["reason"] == answer["route"]["reason"]
    kept = shown["summary"]
    assert (kept["through"], kept["text"]) == (1, "The user's cat is called Mitzi.")
    # Three answers, and a summary in two pieces, the second of which goes on with the first.
    calls = "SELECT state, conversation_id FROM usage"
    eventually(lambda: talk.home.sql(calls) == [("done", conversation)] * 5, "it is counted")
    assert "Summary of what came before" in summarising.body["messages"][1]["content"]
    # The next turn tells the same summary, and the one after it the next: both stand for the first.
    assert by in ask(talk.client, "Go on.", conversation)["route"]["reason"]
    assert not talk.provider.summarises(talk.provider.asked[-2])
    ask(talk.client, FILLER, conversation)
    ask(talk.client, FILLER, conversation)
    assert ask(talk.client, QUESTION, conversation)["text"] == "Mitzi."
    assert talk.shown(conversation)["summary"]["through"] > 1
    assert talk.client.delete(f"/api/conversations/{conversation}").status_code == 204
    assert talk.home.sql("SELECT 1 FROM summaries") == []


def test_without_a_summary_a_turn_goes_on_with_what_fits(talk: Long) -> None:
    conversation = talk.tell()
    talk.provider.fails = True
    answer = ask(talk.client, QUESTION, conversation)
    assert answer["text"] == "I do not know."
    reason = answer["route"]["reason"]
    assert "the first turn left out, because there is no summary: ollama" in reason
    told = [each["content"] for each in talk.provider.asked[-1].body["messages"]]
    assert told == [FILLER, "Noted.", QUESTION]
    assert talk.shown(conversation)["summary"] is None
    talk.provider.fails = False
    assert ask(talk.client, QUESTION, conversation)["text"] == "Mitzi."
    assert len(talk.shown(conversation)["turns"]) == 4


def test_who_leaves_in_the_middle_of_it_and_a_kill_lose_nothing(talk: Long) -> None:
    conversation = talk.tell()
    path = f"/api/conversations/{conversation}/turns"
    for is_killed in (False, True):
        talk.provider.may_go_on.clear()
        talk.provider.is_left.clear()
        talk.provider.is_summarising.clear()
        request = talk.client.build_request("POST", path, json={"text": QUESTION})
        begun = talk.client.send(request, stream=True)
        assert talk.provider.is_summarising.wait(DEADLINE)
        busy = talk.client.post(path, json={"text": "And?"})
        assert busy.status_code == 409
        if is_killed:
            talk.home.send(signal.SIGKILL)
            talk.home.wait()
            with pytest.raises(httpx.HTTPError):
                begun.read()
        begun.close()
        assert talk.provider.is_left.wait(DEADLINE)
        if is_killed:
            start_again(talk.home)
        eventually(lambda: states(talk.home)[-1] == "interrupted", "the turn is marked")
    assert talk.shown(conversation)["summary"] is None
    # Of the summary and of the answer: the one was being written, the other was not asked for yet.
    counted = "SELECT input_tokens > 1000 FROM usage WHERE state = 'interrupted'"
    eventually(lambda: len(talk.home.sql(counted)) == 4, "the calls are counted")
    assert sum(bool(is_large) for (is_large,) in talk.home.sql(counted)) == 3
    talk.provider.may_go_on.set()
    assert ask(talk.client, QUESTION, conversation)["text"] == "Mitzi."
    assert json.dumps(talk.shown(conversation)).count(QUESTION) == 3
