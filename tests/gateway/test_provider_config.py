"""Which providers a configuration turns on, and what it is refused for."""

import json
import logging
from pathlib import Path

import pytest

from mosaic_gateway.configuration.environment import Environment
from mosaic_gateway.configuration.provider_config import ProviderConfig, read_providers
from mosaic_gateway.errors import SettingsError

pytestmark = pytest.mark.unit

KEY = "a-key-0123456789"
ROW = {"url": "https://models.example.org/v1/", "model": "m", "smallModel": "s", "largeModel": "l"}
KEYED = ROW | {"keyVariable": "MOSAIC_A_KEY"}


def read(folder: Path, section: object, **variables: str) -> tuple[ProviderConfig, ...]:
    file = folder / "mosaic.config.json"
    file.write_text(json.dumps({"providers": section} if section is not None else {}))
    return read_providers(file, Environment(variables, None))


def test_what_is_on_in_the_order_in_which_it_is_asked(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(f"{KEY}\n")
    section = {"ollama": {"url": "http://127.0.0.1:1", "model": "m"}, "zai": KEYED, "unknown": 1}
    found = read(tmp_path, section, MOSAIC_A_KEY_FILE=str(key))
    assert [(each.name, each.url, each.models, each.key) for each in found] == [
        ("zai", "https://models.example.org/v1", ("m", "l", "s"), KEY),
        ("ollama", "http://127.0.0.1:1", ("m", "m", "m"), None),
    ]
    assert KEY not in repr(found)
    assert read(tmp_path, None) == read(tmp_path, {}) == ()


def test_one_without_its_key_is_off_and_the_others_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = read(tmp_path, {"openai": KEYED, "anthropic": ROW, "ollama": ROW})
    assert [each.name for each in found] == ["ollama"]
    assert [each.args for each in caplog.records] == [("anthropic",), ("openai",)]


@pytest.mark.parametrize(
    ("section", "key", "words"),
    [
        ([], KEY, "`providers`"),
        ({"openai": []}, KEY, "`providers.openai`"),
        ({"openai": KEYED | {"url": "ftp://x"}}, KEY, "`providers.openai.url`"),
        ({"openai": KEYED | {"url": "https://x:99999"}}, KEY, "`providers.openai.url`"),
        ({"openai": KEYED | {"model": ""}}, KEY, "`providers.openai.model`"),
        ({"openai": KEYED}, "two\nlines-0123456789", "`MOSAIC_A_KEY` is not an API key"),
        ({"openai": KEYED}, "schlüssel-0123456789", "`MOSAIC_A_KEY` is not an API key"),
    ],
)
def test_what_cannot_be_used_is_located_and_no_key_is_shown(
    tmp_path: Path, section: object, key: str, words: str
) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, section, MOSAIC_A_KEY=key)
    assert words in error.value.message
    assert key not in f"{error.value.message} {error.value.hint}"
