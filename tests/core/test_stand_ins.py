"""A default that its provider does not list: the newest of its family stands in; no choice goes.

Of Ollama, it is a model that is there already.
"""

import pytest
from tests.make import make_answers

from mosaic_installer.core.answers import CATALOGUE, Answers
from mosaic_installer.core.connections.stand_ins import (
    MODEL_KEYS,
    better_defaults,
    remembered_defaults,
    replaced_defaults,
)
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.secret import Secret

pytestmark = pytest.mark.unit

SONNET, OPUS = "providers.anthropic_model", "providers.anthropic_large_model"
OLD = ("claude-sonnet-4-9", "claude-sonnet-5-20260630", "claude-opus-5-5", "claude-haiku-5-5")


def said(name: str, *models: str) -> list[Verdict]:
    return [Verdict(name=name, kind="provider", result="accepted", message="", models=models)]


def with_models(*chosen: str, **models: str) -> Answers:
    changes = {f"providers_anthropic_{size}": model for size, model in models.items()}
    return make_answers(chosen=frozenset(chosen), **changes)


def test_the_newest_of_its_family_stands_in() -> None:
    assert better_defaults(with_models(), said("anthropic", *OLD)) == {
        SONNET: "claude-sonnet-5-20260630"
    }


def test_a_choice_stays_also_where_it_is_the_default() -> None:
    assert better_defaults(with_models(SONNET), said("anthropic", *OLD)) == {}
    assert better_defaults(with_models(SONNET, model="mine"), said("anthropic", *OLD)) == {}


def test_a_default_that_is_listed_again_comes_back() -> None:
    now = (*OLD, "claude-sonnet-5-5")
    assert better_defaults(with_models(model="claude-sonnet-4-9"), said("anthropic", *now)) == {
        SONNET: "claude-sonnet-5-5"
    }


@pytest.mark.parametrize(
    "verdicts",
    [
        [],
        said("anthropic"),
        said("anthropic", "claude-sonnet-5-5-20260928", "claude-opus-5-5", "claude-haiku-5-5"),
        said("anthropic", "another"),
        said("zai", "glm-4"),
        said("ollama"),
        said("ollama", "nomic-embed-text", "all-minilm:22m", "bge-m3", "mistral:7b-mosaic-8192"),
        said("openrouter", "anthropic/claude-sonnet-5"),
        said("openai", "gpt-6.1-sol", "gpt-6.1-terra"),
    ],
)
def test_nothing_stands_in_where_no_list_says_so(verdicts: list[Verdict]) -> None:
    assert better_defaults(with_models(), verdicts) == {}


@pytest.mark.parametrize(
    ("models", "large", "small"),
    [
        (("nomic-embed-text", "smollm2", "mistral"), "smollm2", "smollm2"),
        (("mistral", "llama3.1:8b"), None, "llama3.1:8b"),
        (("mistral", "llama3.2:3b"), "llama3.2:3b", None),
    ],
)
def test_of_ollama_a_model_stands_in_that_is_there(
    models: tuple[str, ...], large: str | None, small: str | None
) -> None:
    wanted = {"providers.ollama_model": large, "providers.ollama_small_model": small}
    found = better_defaults(with_models(), said("ollama", *models))
    assert found == {key: model for key, model in wanted.items() if model is not None}


@pytest.mark.parametrize("given", [{"ollama_pull": True}, {"ollama_api_key": Secret("k")}])
def test_nothing_stands_in_for_what_is_pulled_or_is_in_a_cloud(given: dict[str, object]) -> None:
    answers = make_answers(**{f"providers_{name}": value for name, value in given.items()})
    assert better_defaults(answers, said("ollama", "mistral")) == {}


def test_what_stood_in_is_remembered_as_long_as_the_default_is_the_same() -> None:
    replaced = replaced_defaults(with_models(OPUS, model="claude-sonnet-5", large_model="mine"))
    assert replaced == {SONNET: {"claude-sonnet-5-5": "claude-sonnet-5"}}
    assert dict(remembered_defaults(replaced)) == {SONNET: "claude-sonnet-5"}
    assert dict(remembered_defaults({SONNET: {"claude-sonnet-4-5": "claude-sonnet-5"}})) == {}
    assert dict(remembered_defaults({"providers.gone": {"a": "b"}})) == {}


def test_every_model_that_has_a_name_by_default_may_be_replaced() -> None:
    assert set(MODEL_KEYS) <= CATALOGUE.keys()
    assert {SONNET, OPUS, "providers.openai_small_model"} <= set(MODEL_KEYS)
    assert "providers.openai_large_model" not in MODEL_KEYS
