"""What is given, and by whom, before anything is asked."""

from pathlib import Path

import pytest

from mosaic_installer.commands.opening import given_layers, installed_gateway
from mosaic_installer.core.settling.interview import Given
from mosaic_installer.errors import InstallerError

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _keys_of_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-theirs")
    monkeypatch.setenv("OLLAMA_HOST", "models.example")
    monkeypatch.setenv("OPENAI_API_KEY", "")


def test_keys_of_the_providers_own_programs_are_left_alone() -> None:
    assert all(not layer.values for layer in given_layers())
    assert all(not layer.values for layer in given_layers(("providers.take_over=no",))[2:])


def test_they_are_taken_over_when_that_is_asked_for_and_are_the_weakest() -> None:
    *_, environment, taken = given_layers(("providers.take_over=yes",))
    assert not environment.values
    assert taken.values == {
        "providers.anthropic_api_key": Given(text="sk-ant-theirs", source="ANTHROPIC_API_KEY"),
        "providers.ollama_url": Given(text="models.example", source="OLLAMA_HOST"),
    }


def test_a_word_that_is_neither_yes_nor_no_takes_nothing_over() -> None:
    assert "providers.ollama_url" not in given_layers(("providers.take_over=maybe",))[-1].values


def test_an_installation_whose_meta_is_gone_is_not_called_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOSAIC_HOME", str(tmp_path))
    with pytest.raises(InstallerError, match="nothing is installed"):
        installed_gateway()
    (tmp_path / "config").mkdir()
    (tmp_path / "config/mosaic.config.json").write_text("{}")
    with pytest.raises(InstallerError, match=r"meta\.json` is missing") as raised:
        installed_gateway()
    assert raised.value.hint == "`mosaic install` writes it again"
