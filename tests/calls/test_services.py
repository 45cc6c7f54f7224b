"""Every service in its own wire format: the right secret, a wrong one, and no credit."""

from collections.abc import Callable

import pytest
from tests.calls.trying import collector, endpoint, verdict_on
from tests.standins import services
from tests.standins.server import Answer, Asked, StandIn, Told

pytestmark = pytest.mark.call

KEY = "sk-the-right-one-0123456789"
WRONG = "sk-a-wrong-one-9876543210"
PROVIDERS: dict[str, tuple[Callable[[str], Answer], str]] = {
    "anthropic": (services.anthropic, ""),
    "openai": (services.openai, "/v1"),
    "openrouter": (services.openrouter, "/api/v1"),
    "zai": (services.zai, "/api/paas/v4"),
}
SPENT: dict[str, Answer] = {
    "anthropic": services.anthropic(KEY, has_credit=False),
    "openai": services.openai_without_credit,
    "openrouter": services.openrouter(KEY, left=0),
    "zai": services.zai(KEY, has_credit=False),
}


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_right_key_is_accepted_and_shows_the_models(name: str) -> None:
    answer, path = PROVIDERS[name]
    with StandIn(answer(KEY)) as service:
        verdict = verdict_on(endpoint(name, service.url + path, KEY))
    assert (verdict.result, verdict.message) == (
        "accepted",
        f"{3 if name == 'anthropic' else 2} models",
    )
    assert verdict.missing_models == ()
    assert service.asked[0].headers["user-agent"].startswith("mosaic-installer/")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_wrong_key_is_refused(name: str) -> None:
    answer, path = PROVIDERS[name]
    with StandIn(answer(KEY)) as service:
        verdict = verdict_on(endpoint(name, service.url + path, WRONG))
    assert verdict.result == "refused"
    assert f"providers.{name}_api_key" in verdict.hint
    assert WRONG[-4:] not in verdict.message


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_key_without_credit_is_known_as_such(name: str) -> None:
    with StandIn(SPENT[name]) as service:
        verdict = verdict_on(endpoint(name, service.url + PROVIDERS[name][1], KEY))
    assert verdict.result == "no-credit"
    assert "account" in verdict.hint


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_completion_is_asked_for_only_on_request(name: str) -> None:
    answer, path = PROVIDERS[name]
    with StandIn(answer(KEY)) as service:
        wanted = endpoint(name, service.url + path, KEY)
        verdict_on(wanted)
        assert {asked.method for asked in service.asked} == {"GET"}
        verdict = verdict_on(wanted, completes=True)
    assert verdict.result == "accepted"
    (asked,) = (asked for asked in service.asked if asked.method == "POST")
    assert asked.body["model"] == wanted.models[-1]
    assert 16 in asked.body.values()


def test_a_model_that_the_key_may_not_use_is_named() -> None:
    with StandIn(services.openai(KEY, models=["gpt-6.1-sol"])) as service:
        wanted = endpoint("openai", f"{service.url}/v1", KEY)
        listed = verdict_on(wanted)
        completed = verdict_on(wanted, completes=True)
    assert listed.missing_models == ("gpt-6.1-terra",)
    assert completed.result == "unexpected"
    assert "no model `gpt-6.1-terra`" in completed.message


def test_a_model_that_thinks_longer_than_it_may_speak_is_there() -> None:
    sentence = "Could not finish the message because max_tokens or model output limit was reached."

    def answer(asked: Asked) -> Told:
        if asked.method == "POST":
            return services.openai_error(400, "invalid_request_error", sentence)
        return services.openai(KEY)(asked)

    with StandIn(answer) as service:
        verdict = verdict_on(endpoint("openai", f"{service.url}/v1", KEY), completes=True)
    assert verdict.result == "accepted"


@pytest.mark.parametrize(
    ("code", "said", "result"),
    [
        (401, "token expired or incorrect", "refused"),
        (1113, "Insufficient balance or no resource package.", "no-credit"),
        (500, "Operation failed", "unexpected"),
    ],
)
def test_a_status_hidden_in_the_body_counts(code: int, said: str, result: str) -> None:
    def answer(_asked: Asked) -> Told:
        return Told(body={"code": code, "msg": said, "success": False})

    with StandIn(answer) as service:
        assert verdict_on(endpoint("zai", service.url, KEY)).result == result


def test_a_place_that_is_not_served_is_said_in_the_providers_words() -> None:
    def answer(_asked: Asked) -> Told:
        said = "Country, region, or territory not supported: abcd****wxyz"
        return services.openai_error(403, "unsupported_country_region_territory", said)

    with StandIn(answer) as service:
        verdict = verdict_on(endpoint("openai", service.url, KEY))
    assert verdict.result == "refused"
    assert "the key: Country, region, or territory not supported: «secret»" in verdict.message


def test_the_version_in_an_address_of_anthropic_is_not_doubled() -> None:
    with StandIn(services.anthropic(KEY)) as service:
        assert verdict_on(endpoint("anthropic", f"{service.url}/v1", KEY)).result == "accepted"


def test_what_a_provider_says_is_shown_without_the_key_and_on_one_line() -> None:
    def answer(asked: Asked) -> Told:
        said = f"no plan\nfor {asked.bearer} or sk-proj-*****wxyz " + "x" * 500
        return services.openai_error(429, "insufficient_quota", said)

    with StandIn(answer) as service:
        verdict = verdict_on(endpoint("openai", service.url, KEY))
    assert "no plan for «secret» or «secret» xxx" in verdict.message
    assert "wxyz" not in verdict.message
    assert len(verdict.message) < 320


def test_ollama_says_which_models_are_still_to_be_pulled() -> None:
    with StandIn(services.ollama(["llama3.1:8b", "nomic-embed-text:latest"])) as service:
        verdict = verdict_on(endpoint("ollama", service.url))
    assert (verdict.result, verdict.missing_models) == ("accepted", ("llama3.2:3b",))
    with StandIn(services.ollama([])) as service:
        assert len(verdict_on(endpoint("ollama", service.url)).missing_models) == 3


def test_ollama_completes_with_its_small_model() -> None:
    with StandIn(services.ollama(["llama3.2:3b"])) as service:
        assert verdict_on(endpoint("ollama", service.url), completes=True).result == "accepted"
    with StandIn(services.ollama(["mistral"])) as service:
        verdict = verdict_on(endpoint("ollama", service.url), completes=True)
    assert (verdict.result, "no model `llama3.2:3b`" in verdict.message) == ("unexpected", True)


def test_a_collector_takes_an_empty_list_of_traces() -> None:
    with StandIn(services.collector) as service:
        assert verdict_on(collector(service.url)).result == "accepted"
        assert verdict_on(collector(f"{service.url}/other")).result == "unexpected"


def test_a_collector_is_told_who_sends() -> None:
    def answer(asked: Asked) -> Told:
        if asked.bearer != "the token":
            return Told(status=401, body={"message": f"who is {asked.bearer}?"})
        return services.collector(asked)

    with StandIn(answer) as service:
        right = verdict_on(collector(service.url, "Authorization=Bearer%20the%20token,x-tenant=7"))
        wrong = verdict_on(collector(service.url, "Authorization=Bearer%20another"))
        nobody = verdict_on(collector(service.url))
    assert (right.result, service.asked[0].headers["x-tenant"]) == ("accepted", "7")
    assert (wrong.result, nobody.result) == ("refused", "refused")
    assert "telemetry.otlp_headers" in wrong.hint


def test_what_a_collector_says_is_shown_without_what_it_was_told() -> None:
    def answer(asked: Asked) -> Told:
        return Told(status=403, body={"message": f"no {asked.bearer} here"})

    with StandIn(answer) as service:
        verdict = verdict_on(collector(service.url, "authorization=the-token-0123"))
    assert "no «secret» here" in verdict.message


def test_an_ollama_that_wants_a_key_gets_it() -> None:
    def answer(asked: Asked) -> Told:
        known = services.ollama(["llama3.1:8b", "llama3.2:3b", "nomic-embed-text"])
        return known(asked) if asked.bearer == KEY else Told(status=401, body={"error": "no"})

    with StandIn(answer) as service:
        assert verdict_on(endpoint("ollama", service.url, KEY), completes=True).result == "accepted"
        assert verdict_on(endpoint("ollama", service.url)).result == "refused"
        wrong = verdict_on(endpoint("ollama", service.url, WRONG))
    assert (wrong.result, "providers.ollama_api_key" in wrong.hint) == ("refused", True)
