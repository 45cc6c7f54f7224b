"""Models: a default that its provider does not list is replaced, and what ends is told in time."""

import json
from typing import Any

import pytest
from tests.e2e.program import Site
from tests.standins import services
from tests.standins.server import Asked, StandIn, Told

pytestmark = pytest.mark.install

KEY = "sk-0123456789-openai"
SOL, TERRA = "gpt-6.1-sol", "gpt-6.1-terra"
"""The defaults."""


def reaching(service: StandIn) -> dict[str, Any]:
    return {"MOSAIC_OPENAI_API_KEY": KEY, "MOSAIC_OPENAI_URL": f"{service.url}/v1"}


def models_of(site: Site) -> list[str]:
    config = json.loads((site.config / "mosaic.config.json").read_text())
    row = config["providers"]["openai"]
    return [row["model"], row["smallModel"], row["largeModel"]]


def test_a_default_that_is_not_listed_is_replaced_for_good_and_a_choice_never(site: Site) -> None:
    with StandIn(services.openai(KEY, models=("gpt-6-sol", "gpt-5-sol", TERRA))) as service:
        said = site.install("--yes", **reaching(service)).said
        assert f"note: OpenAI does not list the default {SOL}, so gpt-6-sol is used" in said
        assert "models are missing" not in said
        assert models_of(site) == ["gpt-6-sol", TERRA, "gpt-6-sol"]
        assert "\nopenai_model" not in (site.config / "answers.toml").read_text()

        calls = len(service.asked)
        assert "Already up to date" in site.run("install", "--yes").stderr
        assert len(service.asked) == calls

        said = site.run("install", "--yes", "--set", "providers.openai_model=gpt-7-sol").said
        assert "models are missing: openai has no gpt-7-sol" in said
        assert models_of(site) == ["gpt-7-sol", TERRA, "gpt-7-sol"]
        site.run("config", "unset", "providers.openai_model")
        site.run("install", "--yes")
        assert models_of(site) == ["gpt-6-sol", TERRA, "gpt-6-sol"]


def test_doctor_tells_what_openai_announces_and_goes_without_it(site: Site) -> None:
    days: dict[str, str] = {}

    def answer(_asked: Asked) -> Told:
        rows = [{"id": name, "shutdown_date": days.get(name)} for name in (SOL, TERRA)]
        return Told(body={"data": rows})

    with StandIn(answer) as service:
        site.install("--yes", **reaching(service))
        assert "[models-go-on]" not in site.run("doctor", "--verbose").stdout
        days[TERRA] = "2099-01-31"
        said = site.run("doctor", "--verbose").stdout
        assert f"warning: {TERRA} will be shut down on 2099-01-31 [models-go-on]" in said
    assert "[models-go-on]" not in site.run("doctor", "--verbose").stdout
