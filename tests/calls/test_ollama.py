"""Models that are pulled through Ollama, with every way in which that can end."""

import json
from collections.abc import Callable

import pytest
from tests.standins import services
from tests.standins.server import Asked, StandIn, Told

from mosaic_installer.errors import InstallerError
from mosaic_installer.machine.web.ollama import Ollama

pytestmark = pytest.mark.call

MODEL = "nomic-embed-text"


def test_a_model_is_pulled_and_says_how_far_it_is() -> None:
    said: list[str] = []
    with StandIn(services.ollama([], can_pull=[MODEL])) as service:
        ollama = Ollama(service.url)
        assert not ollama.has(MODEL)
        ollama.pull(MODEL, said.append)
        assert ollama.has(MODEL)
    assert said == [
        "pulling manifest",
        "0 % of 0.3 GB",
        "50 % of 0.3 GB",
        "100 % of 0.3 GB",
        "verifying sha256 digest",
    ]
    assert service.asked[1].body == {"model": MODEL, "stream": True}


def test_a_model_is_there_under_the_name_that_it_has_and_the_one_that_it_was_pulled_by() -> None:
    with StandIn(services.ollama([], can_pull=["mistral", "mistral:latest"])) as service:
        ollama = Ollama(service.url)
        ollama.pull("mistral:latest", lambda _words: None)
        assert ollama.has("mistral:latest")
        assert ollama.has("mistral")
        assert not ollama.has("mistral:7b")


def broken_off(_asked: Asked) -> Told:
    return Told(pieces=[json.dumps({"status": "pulling manifest"}).encode() + b"\n"])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (services.ollama([]), "pull model manifest: file does not exist"),
        (broken_off, "it broke off before the end"),
        (lambda _asked: Told(status=500, body={"error": "no space left on device"}), "no space"),
        (services.web_page, "it broke off before the end"),
        (services.redirect, "status 302"),
    ],
)
def test_a_model_that_does_not_come_is_an_error_in_ollamas_words(
    answer: Callable[[Asked], Told], words: str
) -> None:
    with StandIn(answer) as service, pytest.raises(InstallerError, match=words) as failed:
        Ollama(service.url).pull(MODEL, lambda _words: None)
    assert failed.value.identifier == "model-not-pulled"
    assert f"did not pull `{MODEL}`" in failed.value.message
    assert failed.value.hint


def test_an_ollama_that_is_not_there_has_no_model_and_pulls_none(free_port: int) -> None:
    ollama = Ollama(f"http://127.0.0.1:{free_port}")
    assert not ollama.has(MODEL)
    with pytest.raises(InstallerError, match="refused"):
        ollama.pull(MODEL, lambda _words: None)
