"""What calls of providers take and cost is counted, and nobody spends more than they may."""

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.gateway.chats import HI, ask, chunk, eventually, providers, start, start_again
from tests.gateway.conftest import NewHome
from tests.gateway.kinds import ON_BOTH
from tests.gateway.people import add_person, forget_others, signed_in
from tests.gateway.process import Home, client_of, error_id
from tests.gateway.talks import Provider, Talk
from tests.standins.server import Asked, StandIn, Told

pytestmark = [pytest.mark.gateway, ON_BOTH]

# $3 for a million tokens, $0.30 for cached ones, and $15 for those of the answer.
PRICED = "openrouter/anthropic/claude-sonnet-4.5"
COST = 900 * 3 + 30 + 100 * 15
UNPRICED = "openrouter/a-vendor/a-model"
FREE = "ollama/a-model"
LIMIT = COST + 1000


class Counting(Provider):
    """x."""

    refuses_all = False

    def __call__(self, asked: Asked) -> Told:
        model, is_openrouter = asked.body["model"], asked.path.startswith("/api/")
        if is_openrouter and (self.refuses_all or model == "a-vendor/a-refusing-one"):
            return Told(status=429, body={"error": {"message": "too many"}})
        if model == "a-vendor/a-broken-one":
            return Told(content="text/event-stream", pieces=[b"data: nonsense\n\n"])
        if not is_openrouter or not self.may_go_on.is_set():
            return super().__call__(asked)
        told = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
        usage = {**told, "prompt_tokens_details": {"cached_tokens": 100}}
        last = chunk(finish="stop").replace(
            b'"choices"', b'"usage": %s, "choices"' % json.dumps(usage).encode()
        )
        return Told(
            content="text/event-stream", pieces=[chunk(role="assistant", content="A"), last]
        )


@dataclass
class Counted(Talk):
    """A gateway with two providers, of which one costs something."""

    provider: Counting


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Counted]:
    with new_home(tmp_path_factory.mktemp("usage")) as home:
        yield from counted(home)


def counted(home: Home) -> Iterator[Counted]:
    provider = Counting()
    with StandIn(provider) as service:
        home.fill()
        start(home, providers(service.url, "openrouter", "ollama"))
        try:
            with client_of(home, home.set_up()) as client:
                yield Counted(home, provider, client)
        finally:
            provider.may_go_on.set()


@pytest.fixture
def talk(shared: Counted) -> Counted:
    """That of all tests, with nothing used yet."""
    forget_others(shared.home)
    for table in ("usage", "limits", "turns", "conversations"):
        shared.home.sql(f"DELETE FROM {table}")  # noqa: S608
    shared.provider.may_go_on.set()
    shared.provider.refuses_all = False
    return shared


def used(client: httpx.Client, path: str = "/api/usage", **query: str) -> dict[str, Any]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def costs(report: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Calls, cost and calls without a price, by name."""
    return {
        row["name"]: (row["calls"], row["costMicros"], row["unpricedCalls"])
        for row in report["rows"]
    }


def limited(talk: Counted, user: str, micros: int | None) -> None:
    path = f"/api/admin/users/{user}/limit"
    answer = talk.client.patch(path, json={"monthlyMicros": micros})
    assert answer.status_code == 204, answer.text


def ada(talk: Counted) -> str:
    [(user,)] = talk.home.sql("SELECT id FROM users WHERE email_key = 'ada@example.org'")
    return str(user)


def test_every_call_is_counted_and_priced(talk: Counted) -> None:
    client = talk.client
    conversation = ask(client, "Hi", model=PRICED)["route"]["conversation"]
    for model in (UNPRICED, FREE):
        body = {"model": model, "messages": HI, "store": False}
        assert client.post("/v1/chat/completions", json=body).status_code == 200
    # What is not kept is settled a moment after its answer.
    eventually(lambda: not talk.home.sql("SELECT 1 FROM usage WHERE state = 'running'"), "settled")
    assert client.delete(f"/api/conversations/{conversation}").status_code == 204
    report = used(client)
    assert costs(report) == {PRICED: (1, COST, 0), UNPRICED: (1, 0, 1), FREE: (1, 0, 0)}
    total = report["total"]
    assert (total["inputTokens"], total["cachedTokens"]) == (2000 + 2, 200)
    assert (total["calls"], total["costMicros"], total["estimatedCalls"]) == (3, COST, 1)
    assert [day["calls"] for day in report["days"]] == [3]
    assert report["days"][0]["day"].startswith(report["month"])
    assert costs(used(client, by="provider")).keys() == {"openrouter", "ollama"}
    assert used(client, month="2020-02")["rows"] == []
    wrong = [client.get("/api/usage", params=each) for each in ({"month": "13"}, {"by": "user"})]
    assert [each.status_code for each in wrong] == [400, 400]


def test_a_call_that_failed_counts_where_it_may_have_cost_something(talk: Counted) -> None:
    for model in ("a-refusing-one", "a-broken-one"):
        found = ask(talk.client, "12345678", model=f"openrouter/a-vendor/{model}")
        assert "error" in found
    rows = "SELECT state, input_tokens, estimated FROM usage ORDER BY started_at"
    assert talk.home.sql(rows) == [("failed", 0, 0), ("failed", 2, 1)]


def test_of_a_chain_each_call_is_a_row(talk: Counted) -> None:
    talk.provider.refuses_all = True
    assert ask(talk.client, "Hi")["route"]["model"].startswith("ollama/")
    rows = "SELECT provider, state, conversation_id FROM usage ORDER BY started_at"
    [(first, *_), (second, state, conversation)] = talk.home.sql(rows)
    assert (first, second, state) == ("openrouter", "ollama", "done")
    assert talk.client.get(f"/api/conversations/{conversation}").status_code == 200


def test_who_has_spent_their_limit_is_left_with_what_costs_nothing(talk: Counted) -> None:
    client = talk.client
    limited(talk, ada(talk), LIMIT)
    for _ in range(2):
        ask(client, "Hi", model=PRICED)
    report = used(client)
    assert (report["limitMicros"], report["total"]["costMicros"]) == (LIMIT, 2 * COST)
    conversation = client.post("/api/conversations", json={}).json()["id"]
    refused = client.post(
        f"/api/conversations/{conversation}/turns", json={"text": "Hi", "model": PRICED}
    )
    assert (refused.status_code, error_id(refused)) == (429, "monthly-limit-reached")
    assert "resets on 1 " in refused.json()["error"]["message"]
    assert 0 < int(refused.headers["retry-after"]) <= 31 * 24 * 3600
    body = {"model": UNPRICED, "messages": HI}
    other = client.post("/v1/chat/completions", json=body)
    assert (other.status_code, other.json()["error"]["code"]) == (429, "insufficient_quota")
    # Anthropic's clients as well are told not to try again in a moment.
    third = client.post("/v1/messages", json={**body, "max_tokens": 9})
    assert (third.status_code, third.json()["error"]["type"]) == (429, "rate_limit_error")
    assert int(third.headers["retry-after"]) > 0
    assert third.headers["x-should-retry"] == "false"
    assert other.headers["x-should-retry"] == "false"
    assert "text" in ask(client, "Hi", model=FREE)
    routed = ask(client, "Hi")
    assert routed["route"]["model"].startswith("ollama/")
    assert "monthly limit" in routed["route"]["reason"]
    limited(talk, ada(talk), None)
    assert ask(client, "Hi", model=PRICED)["done"]
    assert client.delete(f"/api/admin/users/{ada(talk)}/limit").status_code == 204
    assert used(client)["limitMicros"] is None


def test_a_call_that_goes_on_counts_and_so_does_one_that_was_cut_off(talk: Counted) -> None:
    limited(talk, ada(talk), LIMIT)
    talk.provider.may_go_on.clear()
    talk.provider.is_left.clear()
    long = {"model": PRICED, "messages": [{"role": "user", "content": "word " * 2000}]}
    request = talk.client.build_request(
        "POST", "/v1/chat/completions", json={**long, "stream": True}
    )
    begun = talk.client.send(request, stream=True)
    assert begun.status_code == 200
    refused = talk.client.post("/v1/chat/completions", json=long)
    assert refused.status_code == 429
    begun.close()
    assert talk.provider.is_left.wait(60)
    settled = "SELECT state, input_tokens, output_tokens, cost_micros FROM usage"
    end = ("interrupted", 2500, 1, 2500 * 3 + 15)
    eventually(lambda: talk.home.sql(settled) == [end], "the call is settled")


def test_a_member_sees_their_own_alone(talk: Counted) -> None:
    bob = add_person(talk.home, "bob@example.org")
    agent = {"name": "Secret", "prompt": "Be brief.", "model": PRICED}
    with signed_in(talk.home, bob.email) as his:
        made = his.post("/api/agents", json=agent)
        assert made.status_code == 201, made.text
        ask(his, "Hi", agent="Secret")
        assert costs(used(his, by="agent")) == {"Secret": (1, COST, 0)}
        path = "/api/admin/usage"
        assert his.get(path).status_code == 403
        own = f"/api/admin/users/{bob.id}/limit"
        assert his.patch(own, json={"monthlyMicros": None}).status_code == 403
        assert his.delete(own).status_code == 403
    assert used(talk.client)["rows"] == []
    limited(talk, bob.id, LIMIT)
    [row] = used(talk.client, path)["rows"]
    assert (row["name"], row["limitMicros"], row["costMicros"]) == (bob.email, LIMIT, COST)
    assert "Secret" not in str(used(talk.client, path, by="agent"))
    assert costs(used(talk.client, path, by="model")) == {PRICED: (1, COST, 0)}
    # What they have cost stays, and no name with it.
    assert talk.client.delete(f"/api/admin/users/{bob.id}").status_code == 204
    assert costs(used(talk.client, path)) == {None: (1, COST, 0)}
    missing = talk.client.patch(f"/api/admin/users/{bob.id}/limit", json={"monthlyMicros": 1})
    assert (missing.status_code, error_id(missing)) == (404, "no-such-user")


@pytest.mark.any_kind
def test_a_killed_gateway_leaves_an_estimate_that_counts(home: Home) -> None:
    for talk in counted(home):
        limited(talk, ada(talk), LIMIT)
        talk.provider.may_go_on.clear()
        body = {"model": PRICED, "messages": [{"role": "user", "content": "word " * 2000}]}
        begun = talk.client.send(
            talk.client.build_request(
                "POST", "/v1/chat/completions", json={**body, "stream": True, "store": False}
            ),
            stream=True,
        )
        assert begun.status_code == 200
        home.send(signal.SIGKILL)
        home.wait()
        start_again(home)
        rows = "SELECT state, input_tokens, cost_micros FROM usage"
        assert home.sql(rows) == [("interrupted", 2500, 2500 * 3)]
        assert talk.client.post("/v1/chat/completions", json=body).status_code == 429
