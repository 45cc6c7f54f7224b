"""Models of Ollama that are to read more than it chooses: derived once, then asked for."""

import asyncio
from collections.abc import Callable

import pytest
from tests.gateway.chats import said, standing_in
from tests.standins.server import Answer, Asked, Told

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.errors import TooLongError
from mosaic_gateway.models.contexts import derived_name
from mosaic_gateway.models.health import Health
from mosaic_gateway.models.messages import Message
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.routing.decision import Routes
from mosaic_gateway.turns import question as asking
from mosaic_gateway.turns.choice import Known, decided

pytestmark = pytest.mark.call

HERE = "llama3.1:8b"
HI = Message("user", ("Hi",))
MADE = Told(body={"status": "success"})
Made = Callable[[Asked], Told]


def config(url: str, context: int | None = 32_768, key: str | None = None) -> ProviderConfig:
    return ProviderConfig("ollama", url, (HERE, HERE, HERE), key, context)


def ollama(made: Told = MADE, info: object = None) -> Answer:
    """An Ollama with one model, after the sources of its server (routes.go, create.go)."""

    def answer(asked: Asked) -> Told:
        match asked.path:
            case "/api/show" if asked.body["model"] == HERE:
                return Told(body={"model_info": info or {"llama.context_length": 131_072}})
            case "/api/show":
                return Told(status=404, body={"error": "model 'x' not found"})
            case "/api/create":
                return made
            case _:
                return said("Hello")

    return answer


def models_asked(
    answer: Answer, model: str, context: int | None = 32_768, key: str | None = None
) -> list[tuple[str, str]]:
    """The paths that two questions come to, and the models that they name."""

    async def ask(models: Models) -> None:
        for _ in range(2):
            _ = [piece async for piece in models.stream("ollama", model, [HI])]

    with standing_in(answer) as service:
        asyncio.run(ask(Models([config(service.url, context, key)])))
        return [(each.path, each.body["model"]) for each in service.asked]


def test_a_derived_model_is_made_once_and_asked_in_place_of_the_first() -> None:
    derived = "llama3.1:8b-mosaic-32768"
    chat = ("/v1/chat/completions", derived)
    shown = ("/api/show", HERE)
    assert models_asked(ollama(), HERE) == [shown, ("/api/create", derived), chat, chat]


def test_it_reads_no_more_than_the_first_was_made_for() -> None:
    asked = models_asked(ollama(info={"llama.context_length": 8192}), HERE)
    assert asked[-1] == ("/v1/chat/completions", "llama3.1:8b-mosaic-8192")


@pytest.mark.parametrize(("model", "context"), [("missing", 32_768), (HERE, None)])
def test_what_is_not_there_and_what_nobody_wants_longer_stays_as_it_is(
    model: str, context: int | None
) -> None:
    asked = models_asked(ollama(), model, context)
    assert ("/v1/chat/completions", model) in asked
    assert "/api/create" not in {path for path, _ in asked}


def test_a_model_that_is_not_there_is_looked_for_again() -> None:
    chat, shown = ("/v1/chat/completions", "missing"), ("/api/show", "missing")
    assert models_asked(ollama(), "missing") == [shown, chat, shown, chat]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_ollama_cannot_tell_now_is_asked_again_and_then_said(status: int) -> None:
    refusal = Told(status=status, body={"error": "try again later"})
    refusals = [refusal]
    well = ollama()

    def answer(asked: Asked) -> Told:
        return refusals.pop() if asked.path == "/api/show" and refusals else well(asked)

    derived = "llama3.1:8b-mosaic-32768"
    shown, chat = ("/api/show", HERE), ("/v1/chat/completions", derived)
    made = ("/api/create", derived)
    assert models_asked(answer, HERE) == [shown, shown, made, chat, chat]
    refusals = [refusal] * 2
    with pytest.raises(ModelError) as error:
        models_asked(answer, HERE)
    assert error.value.fault == "overloaded"


def test_an_ollama_that_wants_a_key_gets_it_with_these_questions_too() -> None:
    well = ollama()

    def answer(asked: Asked) -> Told:
        known = asked.headers.get("authorization") == "Bearer a-key"
        return well(asked) if known else Told(status=401, body={"error": "unauthorized"})

    asked = models_asked(answer, HERE, key="a-key")
    assert [path for path, _ in asked[:2]] == ["/api/show", "/api/create"]


@pytest.mark.parametrize(
    "made",
    [
        Told(status=500, body={"error": "disk full"}),
        Told(body={"error": "no"}),
        Told(body="<html>", content="text/html"),
        Told(status=302, body="", headers={"Location": "http://127.0.0.1:1/"}),
    ],
    ids=["fails", "refuses", "html", "elsewhere"],
)
def test_one_that_cannot_be_made_is_said_and_nothing_is_cut_in_silence(made: Told) -> None:
    with pytest.raises(ModelError) as error:
        models_asked(ollama(made), HERE)
    assert error.value.fault == "broken"


def test_what_is_longer_is_refused_before_anybody_is_asked() -> None:
    models = Models([config("http://127.0.0.1:1")])
    known = Known(Routes(models.providers, {}), Health(), models.catalogue)
    long = Message("user", ("x" * 5 * 33_000,))
    with pytest.raises(TooLongError, match="reads at most 32768 tokens"):
        decided(known, asking.Asked(asking.Question([long], model=f"ollama/{HERE}")))


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("llama3.1", "llama3.1:latest-mosaic-4096"),
        ("qwen2.5-coder:7b", "qwen2.5-coder:7b-mosaic-4096"),
        ("registry:5000/me/model", "registry:5000/me/model:latest-mosaic-4096"),
    ],
)
def test_the_name_keeps_all_but_the_tag(model: str, name: str) -> None:
    assert derived_name(model, 4096) == name
