"""The glance at the Ollama of this machine: what it is, what it is not, and that nobody waits."""

import pytest
from tests.standins import services
from tests.standins.server import Answer, StandIn, Told

from mosaic_installer.core.facts.found_ollama import FoundOllama
from mosaic_installer.core.facts.listener import Listener
from mosaic_installer.machine.web.ollama_glance import OllamaGlance

pytestmark = pytest.mark.call


def seen(port: int, program: str = "ollama") -> FoundOllama | None:
    rows = (
        Listener(address="127.0.0.1", port=1, program="other"),
        Listener(address="0.0.0.0", port=port, program=program),  # noqa: S104 - as it would be seen
    )
    return OllamaGlance(rows).result()


def test_an_ollama_is_known_by_its_program() -> None:
    with StandIn(services.ollama(["llama3.1:8b", "llama3.2:3b"])) as service:
        url = f"http://127.0.0.1:{service.port}"
        assert seen(service.port) == FoundOllama(url=url, version="0.12.3", models=2)
        assert seen(service.port, "other") is None
        assert len(service.asked) == 2, "nobody else is asked"


@pytest.mark.parametrize(
    "answer",
    [
        services.web_page,
        services.redirect,
        lambda _asked: Told(body=[]),
        lambda _asked: Told(body={"version": 1, "models": []}),
        lambda _asked: Told(body={"version": "\x1b[31m", "models": []}),
        lambda _asked: Told(status=500, body={}),
    ],
)
def test_what_is_no_ollama_is_none(answer: Answer) -> None:
    with StandIn(answer) as service:
        assert seen(service.port) is None


def test_what_is_gone_is_none(free_port: int) -> None:
    assert seen(free_port) is None
