"""What providers answer, and what it means: trials without a network, one row for each answer."""

from collections.abc import Iterable
from typing import Any

import pytest
from tests.make import make_answers, make_facts

from mosaic_installer.core.connections.call import Lost, Reply
from mosaic_installer.core.connections.endpoint import Endpoint, endpoints
from mosaic_installer.core.connections.models import newest_of_family
from mosaic_installer.core.connections.trial import trial
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.preflight.verdicts import models_are_available
from mosaic_installer.core.secret import Secret

pytestmark = pytest.mark.unit

MISSING_SCOPE = (
    "You have insufficient permissions for this operation. Missing scopes: api.model.read. Check "
    "that you have the correct role in your organization"
)
SPENT_KEY = "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys"
OWN_LIMIT = (
    "You have reached your specified API usage limits. You will regain access on 2026-12-01 at "
    "00:00 UTC."
)


def provider(name: str, **changes: object) -> Endpoint:
    given = {f"providers_{name}_api_key": Secret("the-key"), **changes}
    (found,) = endpoints(make_answers(**given))
    return found


def error(status: int, sentence: str, code: object = None) -> Reply:
    return Reply(status=status, body={"error": {"message": sentence, "code": code}})


def listed(*names: str) -> Reply:
    return Reply(status=200, body={"data": [{"id": name} for name in names]})


def run(wanted: Endpoint, answers: Iterable[Reply | Lost], *, completes: bool = False) -> Verdict:
    """Run a trial with these answers; all of them are asked for."""
    attempt, left = trial(wanted, completes=completes), iter(answers)
    next(attempt)
    for answer in left:
        try:
            attempt.send(answer)
        except StopIteration as over:
            assert next(left, None) is None
            verdict: Verdict = over.value
            return verdict
    raise AssertionError("the trial asks for more")


@pytest.mark.parametrize(
    ("name", "answer", "result", "words"),
    [
        ("openai", error(403, MISSING_SCOPE), "accepted", "may not list its models"),
        ("openai", error(401, MISSING_SCOPE), "accepted", "may not list its models"),
        ("openai", error(401, "Incorrect API key provided"), "refused", "refused the key"),
        ("anthropic", error(403, MISSING_SCOPE), "refused", "refused the key"),
        ("openrouter", error(403, SPENT_KEY), "no-credit", "no credit: Key limit exceeded"),
        ("openrouter", error(403, "Forbidden"), "refused", "refused the key"),
        ("anthropic", error(400, OWN_LIMIT), "no-credit", "regain access on 2026-12-01"),
        ("anthropic", error(400, "limit: must be at most 1000"), "unexpected", "status 400"),
        ("zai", error(401, "Authorization Token expired", "1003"), "refused", "refused the key"),
        ("zai", error(429, "Your account is inactive", "1110"), "no-credit", "blocked account"),
        ("zai", error(429, "Your account has been locked", "1121"), "no-credit", "blocked account"),
        ("zai", error(429, "Insufficient balance", "1113"), "no-credit", "no credit: Insuff"),
        ("zai", error(400, "You do not have permission", "1220"), "refused", "refused the key"),
        ("zai", Reply(status=434, body={}), "refused", "refused the key"),
        ("zai", error(429, "High concurrency", "1302"), "no-credit", "now: too many calls: High"),
        ("zai", error(200, "Invalid parameter", "1210"), "unexpected", "status 200: Invalid"),
        ("zai", error(500, "Internal error", "500"), "unexpected", "an error of its own"),
        ("openai", error(200, "", "1113"), "unexpected", "something else than it should"),
    ],
)
def test_an_answer_means_what_its_provider_says_of_it(
    name: str, answer: Reply, result: str, words: str
) -> None:
    verdict = run(provider(name), [answer])
    assert (verdict.result, words in verdict.message) == (result, True), verdict.message


@pytest.mark.parametrize(
    ("url", "is_told"),
    [("https://api.z.ai/api/paas/v4", True), ("https://api.z.ai/api/coding/paas/v4", False)],
)
def test_a_key_of_a_coding_plan_is_told_its_address(url: str, *, is_told: bool) -> None:
    spent = error(429, "Insufficient balance or no resource package", "1113")
    verdict = run(provider("zai", providers_zai_url=url), [spent])
    assert ("providers.zai_url = https://api.z.ai/api/coding/paas/v4" in verdict.hint) == is_told


def test_a_list_that_lags_behind_warns_of_nothing_until_a_model_is_asked() -> None:
    wanted = provider("zai")
    assert run(wanted, [listed("glm-4")]).missing_models == ()
    gone = error(400, "Unknown Model, please check the model code.", "1211")
    verdict = run(wanted, [listed("glm-4"), gone], completes=True)
    assert verdict.result == "unexpected"
    assert f"no model `{wanted.models[-1]}`" in verdict.message


def test_a_key_that_may_not_list_models_is_tried_by_a_completion() -> None:
    hidden = error(403, MISSING_SCOPE)
    done = Reply(status=200, body={"choices": []})
    assert run(provider("openai"), [hidden, done], completes=True).result == "accepted"
    unpaid = error(429, "You exceeded your current quota")
    assert run(provider("openai"), [hidden, unpaid], completes=True).result == "no-credit"


def test_a_completion_in_which_nothing_is_said_is_none() -> None:
    wanted = provider("anthropic")
    verdict = run(wanted, [listed("a"), Reply(status=200, body=None)], completes=True)
    assert (verdict.result, "than a completion" in verdict.message) == ("unexpected", True)


@pytest.mark.parametrize("wanted", ["mistral", "mistral:latest"])
@pytest.mark.parametrize("has", ["mistral", "mistral:latest"])
def test_latest_is_what_ollama_takes_for_granted(wanted: str, has: str) -> None:
    (ollama,) = endpoints(
        make_answers(
            providers_ollama_url="http://127.0.0.1:11434",
            providers_ollama_model=wanted,
            providers_ollama_small_model=wanted,
            providers_ollama_large_model=wanted,
        )
    )
    tags = Reply(status=200, body={"models": [{"name": has}, {"name": "nomic-embed-text:latest"}]})
    assert run(ollama, [tags]).missing_models == ()


def test_the_day_on_which_a_wanted_model_stops_is_known() -> None:
    wanted = provider("openai")
    rows: list[dict[str, Any]] = [
        {"id": wanted.models[0], "shutdown_date": "2026-12-11"},
        {"id": wanted.models[-1], "shutdown_date": None},
        {"id": "another", "shutdown_date": "2026-12-01"},
    ]
    verdict = run(wanted, [Reply(status=200, body={"data": rows})])
    assert verdict.ending_models == ((wanted.models[0], "2026-12-11"),)


def test_a_model_that_is_not_there_is_named_with_the_newest_that_is() -> None:
    given = {
        "providers_anthropic_model": "claude-sonnet-5-5",
        "providers_anthropic_small_model": "claude-haiku-9",
    }
    verdict = run(provider("anthropic", **given), [listed("claude-sonnet-4-9")])
    found = models_are_available(make_facts(verdicts=(verdict,)), make_answers(**given))
    assert found is not None
    assert "`--set providers.anthropic_model=claude-sonnet-4-9`" in found.hint
    assert "small_model" not in found.hint


@pytest.mark.parametrize(
    ("name", "newest"),
    [
        ("claude-sonnet-5-5", "claude-sonnet-4-9"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-9"),
        ("gpt-6.1-sol", "gpt-6-sol"),
        ("glm-5.3", "glm-5.2"),
        ("glm-5.3-flash", None),
    ],
)
def test_the_newest_of_a_family_differs_by_its_version_only(name: str, newest: str | None) -> None:
    models = (
        "claude-sonnet-4-9", "claude-sonnet-4-5-20250929", "claude-opus-5", "gpt-6-sol",
        "gpt-5-sol-2025-08-07", "glm-5.2", "glm-5",
    )  # fmt: skip
    assert newest_of_family(name, models) == newest
