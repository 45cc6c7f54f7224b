"""Conversations: what is kept of them, whose they are, and what an end in the middle leaves."""

import json
import signal
from collections.abc import Iterator

import httpx
import pytest
from tests.gateway.chats import (
    HI,
    ask,
    eventually,
    start_again,
    states,
)
from tests.gateway.conftest import NewHome
from tests.gateway.kinds import ON_BOTH
from tests.gateway.process import DEADLINE, Home, client_of, error_id
from tests.gateway.talks import Talk, talking

# One program with the same rules: a normal run draws a database for each case, `--all` takes both.
pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Talk]:
    with new_home(tmp_path_factory.mktemp("turns")) as home, talking(home) as talk:
        yield talk


@pytest.fixture
def talk(shared: Talk) -> Talk:
    """That of all tests, with nothing said yet."""
    for table in ("turns", "conversations"):
        shared.home.sql(f"DELETE FROM {table}")  # noqa: S608
    shared.provider.may_go_on.set()
    return shared


@pytest.fixture
def own_talk(home: Home) -> Iterator[Talk]:
    """One whose gateway a test may end."""
    with talking(home) as talk:
        yield talk


def test_a_conversation_is_kept_continued_renamed_and_removed(
    talk: Talk,
) -> None:
    first = ask(talk.client, "  Count,\nplease \x00 ")
    assert (first["text"], first["done"], first["usage"]["cached"]) == (
        "one two",
        {"finish": "stop"},
        0,
    )
    assert first["route"]["reason"]
    conversation = first["route"]["conversation"]
    ask(talk.client, "Again.", conversation)
    assert talk.provider.history == [
        ("user", "  Count,\nplease \x00 "),
        ("assistant", "one two"),
        ("user", "Again."),
    ]
    shown = talk.client.get(f"/api/conversations/{conversation}").json()
    assert shown["title"] == "Count, please"
    assert [(each["state"], each["answer"]) for each in shown["turns"]] == [("done", "one two")] * 2
    renamed = talk.client.patch(f"/api/conversations/{conversation}", json={"title": "Numbers"})
    assert renamed.json()["title"] == "Numbers"
    assert [each["title"] for each in talk.client.get("/api/conversations").json()] == ["Numbers"]
    assert talk.client.delete(f"/api/conversations/{conversation}").status_code == 204
    gone = talk.client.get(f"/api/conversations/{conversation}")
    assert (gone.status_code, error_id(gone)) == (404, "no-such-conversation")
    assert talk.client.get("/api/conversations").json() == []


def test_a_client_that_repeats_its_history_continues_one_conversation(
    talk: Talk,
) -> None:
    body = {"model": "mosaic", "messages": HI}
    first = talk.client.post("/v1/chat/completions", json=body)
    answer = first.json()["choices"][0]["message"]
    more = [*HI, answer, {"role": "user", "content": "More."}]
    second = talk.client.post("/v1/chat/completions", json={**body, "messages": more})
    conversation = first.headers["x-mosaic-conversation"]
    assert second.headers["x-mosaic-conversation"] == conversation
    other = talk.client.post("/v1/chat/completions", json={**body, "messages": more})
    assert other.headers["x-mosaic-conversation"] != conversation
    unkept = talk.client.post("/v1/chat/completions", json={**body, "store": False})
    assert "x-mosaic-conversation" not in unkept.headers
    turns = talk.client.get(f"/api/conversations/{conversation}").json()["turns"]
    assert [len(each["question"]) for each in turns] == [1, 1]
    assert states(talk.home) == ["done"] * 3


def test_nobody_sees_the_conversations_of_somebody_else(
    talk: Talk,
) -> None:
    home = talk.home
    conversation = ask(talk.client, "Mine.")["route"]["conversation"]
    password = home.folder / "password"
    password.write_text("correct horse battery\n")
    options = ("--email", "eve@example.org", "--password-file", str(password), "--create")
    made = home.run("admin", "reset-password", *options)
    assert made.returncode == 0, made.stderr
    minted = home.run("admin", "mint-token", "--label", "eve", "--email", "eve@example.org")
    with client_of(home, json.loads(minted.stdout)["plaintext"]) as eve:
        assert eve.get("/api/conversations").json() == []
        path = f"/api/conversations/{conversation}"
        answers = [
            eve.get(path),
            eve.patch(path, json={"title": "Hers"}),
            eve.delete(path),
            eve.post(f"{path}/turns", json={"text": "What was said?"}),
        ]
        assert {(each.status_code, error_id(each)) for each in answers} == {
            (404, "no-such-conversation")
        }
        mine = talk.client.get(path).json()["turns"][0]
        messages = [
            {"role": "user", "content": "Mine."},
            {"role": "assistant", "content": mine["answer"]},
            {"role": "user", "content": "More."},
        ]
        hers = eve.post("/v1/chat/completions", json={"model": "mosaic", "messages": messages})
        assert hers.headers["x-mosaic-conversation"] != conversation
    assert len(talk.client.get(path).json()["turns"]) == 1


def test_one_answer_at_a_time(talk: Talk) -> None:
    begun = talk.begin()
    conversation = begun.conversation
    refused = talk.client.post(f"/api/conversations/{conversation}/turns", json={"text": "And?"})
    assert (refused.status_code, error_id(refused)) == (409, "conversation-busy")
    talk.provider.may_go_on.set()
    begun.rest()
    assert ask(talk.client, "And now?", conversation)["text"] == "one two"
    assert states(talk.home) == ["done", "done"]


def test_an_end_that_could_not_be_written_down_keeps_nobody_waiting(talk: Talk) -> None:
    conversation = ask(talk.client, "Count.")["route"]["conversation"]
    talk.home.sql("UPDATE turns SET state = 'running'")
    assert ask(talk.client, "And?", conversation)["text"] == "one two"
    assert states(talk.home) == ["interrupted", "done"]
    # What another gateway answers is not for this one to end.
    talk.home.sql("UPDATE turns SET state = 'running', runner = 'another'")
    refused = talk.client.post(f"/api/conversations/{conversation}/turns", json={"text": "And?"})
    assert (refused.status_code, error_id(refused)) == (409, "conversation-busy")


def test_a_client_that_leaves_ends_the_call_and_what_was_said_is_kept(
    talk: Talk,
) -> None:
    begun = talk.begin()
    conversation = begun.conversation
    begun.answer.close()
    assert talk.provider.is_left.wait(DEADLINE)
    eventually(lambda: states(talk.home) == ["interrupted"], "the turn is marked")
    talk.provider.may_go_on.set()
    ask(talk.client, "Go on.", conversation)
    assert talk.provider.history == [("user", "Count."), ("assistant", "one "), ("user", "Go on.")]


def test_who_waits_for_the_whole_and_leaves_ends_the_call(
    talk: Talk,
) -> None:
    talk.provider.may_go_on.clear()
    talk.provider.is_left.clear()
    with pytest.raises(httpx.ReadTimeout):
        talk.client.post(
            "/v1/chat/completions", json={"model": "mosaic", "messages": HI}, timeout=3
        )
    assert talk.provider.is_left.wait(DEADLINE)
    eventually(lambda: states(talk.home) == ["interrupted"], "the turn is marked")


def test_what_was_said_survives_a_kill_and_a_stop_lets_answers_end(
    own_talk: Talk,
) -> None:
    talk = own_talk
    begun = talk.begin()
    conversation = begun.conversation
    eventually(lambda: talk.home.sql("SELECT 1 FROM turns WHERE answer IS NOT NULL"), "it is noted")
    assert states(talk.home) == ["running"]
    talk.home.send(signal.SIGKILL)
    talk.home.wait()
    with pytest.raises(httpx.HTTPError):
        begun.rest()
    talk.provider.may_go_on.set()
    start_again(talk.home)
    assert states(talk.home) == ["interrupted"]
    assert "found 1 interrupted turn" in talk.home.log()
    again = ask(talk.client, "Go on.", conversation)
    assert again["text"] == "one two"
    assert talk.provider.history == [("user", "Count."), ("assistant", "one "), ("user", "Go on.")]
    shown = talk.client.get(f"/api/conversations/{conversation}").json()["turns"]
    assert [(each["state"], each["answer"]) for each in shown] == [
        ("interrupted", "one "),
        ("done", "one two"),
    ]
    begun = talk.begin()
    talk.home.send(signal.SIGTERM)
    talk.provider.may_go_on.set()
    assert '{"finish":"stop"}' in begun.rest()
    assert talk.home.wait() == 0
    assert states(talk.home)[-1] == "done"


def test_a_gateway_that_is_stopped_ends_what_does_not_end(
    own_talk: Talk,
) -> None:
    talk = own_talk
    begun = talk.begin()
    talk.home.send(signal.SIGTERM)
    assert talk.home.wait() == 0
    with pytest.raises(httpx.HTTPError):
        begun.rest()
    assert states(talk.home) == ["interrupted"]
    assert talk.provider.is_left.wait(DEADLINE)


def test_without_a_provider_there_is_nobody_to_answer(fresh: Home) -> None:
    with client_of(fresh, fresh.set_up()) as client:
        assert client.get("/v1/models").json() == {"object": "list", "data": []}
        conversation = client.post("/api/conversations", json={}).json()["id"]
        path = f"/api/conversations/{conversation}/turns"
        refused = client.post(path, json={"text": "Hello?"})
    assert (refused.status_code, error_id(refused)) == (404, "no-provider")
