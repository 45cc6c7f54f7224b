"""Only what is new in a run is tried; what worked before is left alone."""

import pytest
from tests.make import make_facts

from mosaic_installer.commands.verification import new_targets, new_verdicts
from mosaic_installer.core.interview import Given, Layer, Nobody, Settled, settle

pytestmark = pytest.mark.unit

ADMIN = {"admin.email": "ada@example.org", "admin.password": "correct-horse-9"}
SAVED = {
    "providers.openai_api_key": "sk-saved",
    "providers.openai_url": "https://models.example/v1",
    "providers.ollama_url": "http://127.0.0.1:11434",
}


def given(values: dict[str, str]) -> dict[str, Given]:
    return {key: Given(text=text, source="a test") for key, text in values.items()}


def settled(*layers: dict[str, str]) -> Settled:
    return settle(
        [Layer(values=given(layer)) for layer in (*layers, ADMIN)], make_facts(), Nobody()
    )


@pytest.mark.parametrize(
    "now",
    [
        {},
        SAVED,
        {"providers.openai_api_key": " sk-saved\n"},
        {"providers.openai_model": "gpt-6"},
        {"providers.openai_api_key": "none", "providers.ollama_url": "none"},
        {"providers.zai_url": "https://models.example"},
    ],
)
def test_what_is_not_new_is_not_tried(now: dict[str, str]) -> None:
    assert new_verdicts(settled(now, SAVED), given(SAVED)) == ()


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ({"providers.openai_api_key": "sk-new"}, "openai"),
        ({"providers.openai_url": "https://other.example/v1"}, "openai"),
        ({"providers.ollama_url": "http://127.0.0.1:9"}, "ollama"),
        ({"providers.zai_api_key": "zai-new"}, "zai"),
        ({"channels.discord_bot_token": "token"}, "discord"),
        ({"telemetry.enabled": "on", "telemetry.endpoint": "http://127.0.0.1:9"}, "telemetry"),
    ],
)
def test_a_new_secret_or_address_is_to_be_tried(now: dict[str, str], name: str) -> None:
    new = new_targets(settled(now, SAVED), given(SAVED))
    assert [target.name for target in new] == [name]


def test_everything_is_new_at_first() -> None:
    assert [target.name for target in new_targets(settled(SAVED), {})] == ["openai", "ollama"]


def test_a_saved_secret_that_is_damaged_counts_as_another() -> None:
    damaged = given(SAVED | {"providers.openai_api_key": "two words"})
    assert [target.name for target in new_targets(settled(SAVED), damaged)] == ["openai"]
