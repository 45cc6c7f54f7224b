"""Providers, routing and sign-on as values, and what mosaic.config.json says of them."""

import json

import pytest
from tests.make import HOST, make_answers
from tests.reference.pages import ROOT

from mosaic_installer.core.answers import CATALOGUE, Answers
from mosaic_installer.core.config_sections import answers_in, config_sections
from mosaic_installer.core.connections.routing import TASKS, rules
from mosaic_installer.core.questionnaire.model_providers import OWN_VARIABLES, PROVIDERS
from mosaic_installer.core.secret import Secret
from mosaic_installer.core.settling.interview import Given, Layer, settle

pytestmark = pytest.mark.unit

ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
ALL = {
    "providers.anthropic_api_key": "sk-ant-key",
    "providers.openai_api_key": "sk-key",
    "providers.openrouter_api_key": "sk-or-key",
    "providers.zai_api_key": "zai-key",
    "providers.ollama_url": "http://127.0.0.1:11434",
    "providers.ollama_model": "qwen3:8b",
    "providers.embeddings_model": "mxbai-embed-large",
    "agent.intent": "devops",
    "agent.name": "Ada",
    "channels.discord_bot_token": "discord-token",
    "channels.discord_guild": "41771983423143937",
    "channels.telegram_bot_token": "telegram-token",
    "sign_on.base_url": "https://mosaic.example.org",
    "sign_on.workos_issuer": "https://id.example",
    "sign_on.workos_client_id": "mosaic",
    "sign_on.workos_client_secret": "workos-secret",
    "telemetry.enabled": "on",
    "telemetry.endpoint": "http://127.0.0.1:4318",
}
SECRETS = {key: text for key, text in ALL.items() if CATALOGUE[key].is_secret}


def settled(values: dict[str, str]) -> Answers:
    given = {key: Given(text=text, source="a test") for key, text in (ADMIN | values).items()}
    return settle([Layer(values=given)], HOST).answers


def models(answers: Answers) -> dict[str, list[str]]:
    return {rule.task: [choice.model for choice in rule.choices] for rule in rules(answers)}


def test_every_provider_has_its_settings() -> None:
    assert set(OWN_VARIABLES.values()) <= set(CATALOGUE)
    for provider in PROVIDERS:
        endings = ("url", "model", "small_model", "large_model")
        assert {f"providers.{provider.name}_{ending}" for ending in endings} <= set(CATALOGUE)


def test_chosen_models_are_a_rule_in_their_order() -> None:
    wanted = {"routing.cheap": "zai/glm-5.3-air , openai/gpt-6.1-terra"}
    assert models(settled(ALL | wanted))["cheap"] == ["glm-5.3-air", "gpt-6.1-terra"]


def test_chosen_models_of_a_provider_that_is_off_are_passed_over() -> None:
    key = {"providers.anthropic_api_key": "sk-ant-key"}
    found = models(settled({**key, "routing.cheap": "zai/glm-5.3, anthropic/small"}))
    assert found["cheap"] == ["small"]
    found = models(settled({**key, "routing.cheap": "zai/glm-5.3"}))
    assert found["cheap"] == ["claude-haiku-5-5"]


def test_without_a_provider_there_is_no_rule() -> None:
    assert models(settled({})) == {}


def test_one_provider_does_everything_but_work_offline() -> None:
    found = models(settled({"providers.anthropic_api_key": "sk-ant-key"}))
    assert list(found) == [task.name for task in TASKS if task.name != "offline"]
    assert found["complex-coding"] == ["claude-opus-5-5"]
    assert found["conversation"] == ["claude-sonnet-5-5"]
    assert found["cheap"] == ["claude-haiku-5-5"]


def test_each_task_begins_with_the_provider_and_the_size_that_suit_it() -> None:
    found = models(settled(ALL))
    assert {task: names[0] for task, names in found.items()} == {
        "complex-coding": "claude-opus-5-5",
        "moderate-coding": "claude-sonnet-5-5",
        "simple-coding": "gpt-6.1-terra",
        "research": "gpt-6.1-sol",
        "summarization": "glm-5.3-flash",
        "conversation": "claude-sonnet-5-5",
        "cheap": "claude-haiku-5-5",
        "offline": "qwen3:8b",
    }
    assert all(len(names) == 5 for task, names in found.items() if task != "offline")


def test_without_a_large_model_of_its_own_the_standard_one_of_a_provider_does_its_work() -> None:
    found = models(settled({"providers.ollama_url": ALL["providers.ollama_url"]}))
    assert found["complex-coding"] == ["llama3.1:8b"]
    chosen = settled(ALL | {"providers.zai_model": "glm-6"})
    assert models(chosen)["complex-coding"][3:] == ["glm-6", "qwen3:8b"]


def test_no_secret_is_in_the_sections() -> None:
    text = json.dumps(config_sections(settled(ALL)))
    assert len(SECRETS) == 7
    assert [secret for secret in SECRETS.values() if secret in text] == []
    assert "MOSAIC_WORKOS_CLIENT_SECRET" in text


def test_lost_answers_are_found_in_the_sections_again() -> None:
    config = json.loads(json.dumps(config_sections(settled(ALL))))
    found = answers_in(config)
    plain = {key: text for key, text in ALL.items() if key not in SECRETS}
    assert {key: found[key] for key in plain} == plain
    assert config_sections(settled(found | SECRETS)) == config_sections(settled(ALL))


@pytest.mark.parametrize("config", [{}, {"providers": []}, {"agent": {"name": 1}}, {"signOn": 1}])
def test_damaged_sections_say_nothing(config: dict[str, object]) -> None:
    assert answers_in(config) == {}


def test_telemetry_that_is_off_has_no_endpoint() -> None:
    sections = config_sections(make_answers(telemetry_endpoint="http://127.0.0.1:4318"))
    assert sections["telemetry"] == {"enabled": False, "endpoint": None}


def test_headers_are_named_where_there_is_a_collector_that_wants_them() -> None:
    headers = {"telemetry.otlp_headers": "authorization=x"}
    with_collector = config_sections(settled(ALL | headers))["telemetry"]
    without = config_sections(settled(headers | {"telemetry.enabled": "off"}))["telemetry"]
    assert with_collector == {
        "enabled": True,
        "endpoint": ALL["telemetry.endpoint"],
        "headersVariable": "OTEL_EXPORTER_OTLP_HEADERS",
    }
    assert without == {"enabled": False, "endpoint": None}


def test_the_key_of_ollama_is_named_where_it_wants_one() -> None:
    with_key = config_sections(settled(ALL | {"providers.ollama_api_key": "a-key"}))["providers"]
    without = config_sections(settled(ALL))["providers"]
    assert isinstance(with_key, dict)
    assert isinstance(without, dict)
    assert with_key["ollama"] == {**without["ollama"], "keyVariable": "MOSAIC_OLLAMA_API_KEY"}


def test_a_sign_on_of_which_half_is_missing_is_left_out() -> None:
    answers = make_answers(sign_on_workos_client_secret=Secret("x"))
    assert config_sections(answers)["signOn"] == {}


@pytest.mark.parametrize(("intent", "name"), [("general", "Mosaic"), ("research", "Sage")])
def test_an_intent_proposes_a_name(intent: str, name: str) -> None:
    assert settled({"agent.intent": intent}).agent.name == name


def test_people_come_back_to_where_they_reach_the_gateway() -> None:
    assert settled({}).sign_on.base_url == "http://localhost:14242"
    assert settled({"gateway.hostname": "::1"}).sign_on.base_url == "http://[::1]:14242"


def test_the_documentation_says_who_does_what() -> None:
    text = (ROOT / "docs/connections.md").read_text("utf-8")
    titles = {provider.name: provider.title for provider in PROVIDERS}
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    for task in TASKS:
        (found,) = (row[1:] for row in rows if task.name.replace("-", " ") in row[0])
        assert found == [task.size, ", ".join(titles[name] for name in task.order)]
