"""`/v1/embeddings` as clients of OpenAI's API know it: its own SDK, before a real model."""

import base64
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import openai
import pytest
from openai import OpenAI
from tests.gateway.chats import openai_client, providers, start
from tests.gateway.conftest import NewHome
from tests.gateway.process import Home, client_of
from tests.standins import vectors
from tests.standins.model import is_installed
from tests.standins.server import Told
from tests.standins.vectors import DIMENSIONS, SECTION

pytestmark = pytest.mark.gateway

ABOUT_TEA = "I drink a cup of oolong every morning."
ABOUT_SHIPS = "The ferry to the island leaves at noon."


@dataclass
class Embedding:
    """A gateway, its model, and OpenAI's SDK."""

    home: Home
    ollama: vectors.Ollama
    client: OpenAI
    plain: httpx.Client


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Embedding]:
    if not is_installed():
        pytest.skip("the real model is missing; `scripts/test-model` installs it")
    folder = tmp_path_factory.mktemp("embeddings")
    with vectors.ollama() as (ollama, service), new_home(folder) as home:
        home.fill()
        home.write_config(embeddings=SECTION, providers=providers(service.url, "ollama"))
        home.start()
        token = home.set_up()
        with openai_client(home, token) as client, client_of(home, token) as plain:
            yield Embedding(home, ollama, client, plain)


def likeness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", ["mosaic", "ollama/nomic-embed-text"])
def test_what_is_alike_lies_near(made: Embedding, name: str) -> None:
    texts = [ABOUT_TEA, ABOUT_SHIPS, "Which hot beverage does she like?"]
    answer = made.client.embeddings.create(model=name, input=texts)
    assert (answer.object, answer.model) == ("list", "ollama/nomic-embed-text")
    assert [each.index for each in answer.data] == [0, 1, 2]
    assert {each.object for each in answer.data} == {"embedding"}
    tea, ships, question = [each.embedding for each in answer.data]
    assert likeness(question, tea) > likeness(question, ships)
    number = sum(len(each.split()) for each in texts)
    assert (answer.usage.prompt_tokens, answer.usage.total_tokens) == (number, number)


def test_numbers_and_base64_say_the_same(made: Embedding) -> None:
    body = {"model": "mosaic", "input": ABOUT_TEA, "user": "somebody"}
    told = [
        made.plain.post("/v1/embeddings", json={**body, "encoding_format": form}).json()
        for form in ("float", "base64")
    ]
    plain, packed = (each["data"][0]["embedding"] for each in told)
    assert len(plain) == DIMENSIONS
    numbers = struct.unpack(f"<{DIMENSIONS}f", base64.b64decode(packed))
    assert list(numbers) == pytest.approx(plain)
    short = made.client.embeddings.create(model="mosaic", input=ABOUT_TEA, dimensions=32)
    assert short.data[0].embedding == pytest.approx(plain[:32])


def test_more_than_a_batch_keeps_its_order(made: Embedding) -> None:
    texts = [f"Number {number}." for number in range(40)]
    answer = made.client.embeddings.create(model="mosaic", input=texts)
    [last] = made.client.embeddings.create(model="mosaic", input=texts[-1]).data
    assert len(answer.data) == len(texts)
    assert answer.data[-1].embedding == pytest.approx(last.embedding, abs=1e-5)


def test_it_is_counted(made: Embedding) -> None:
    made.home.sql("DELETE FROM usage")
    made.client.embeddings.create(model="mosaic", input="three words here")
    made.ollama.told = Told(status=500, body={"error": "no"})
    with pytest.raises(openai.InternalServerError):
        made.client.embeddings.create(model="mosaic", input="three words here")
    made.ollama.told = None
    columns = "provider, model, state, input_tokens, output_tokens, estimated, cost_micros"
    rows = made.home.sql(f"SELECT {columns} FROM usage ORDER BY started_at")  # noqa: S608 - names
    name = ("ollama", "nomic-embed-text")
    assert rows == [(*name, "done", 3, 0, 0, 0), (*name, "failed", 0, 0, 0, 0)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1, 2, 3], "tokens"),
        ([[1, 2], [3]], "tokens"),
        ([], "1 to 2048 texts"),
        (["x"] * 2049, "1 to 2048 texts"),
        ("", "at least one character"),
        (["x", ""], "at least one character"),
        ("\ud800", "lone surrogates"),
        (7, "a text or a list"),
        (None, "a text or a list"),
        ([{}], "at least one character"),
    ],
)
def test_an_input_that_cannot_be_taken_is_explained(
    made: Embedding, value: object, words: str
) -> None:
    body = json.dumps({"model": "mosaic", "input": value})
    kind = {"Content-Type": "application/json"}
    refused = made.plain.post("/v1/embeddings", content=body, headers=kind)
    error = refused.json()["error"]
    assert (refused.status_code, error["param"]) == (400, "input")
    assert error["type"] == "invalid_request_error"
    assert words in error["message"]


@pytest.mark.parametrize(
    "name", ["", "x", "anthropic/x", "openai/text-embedding-3-small", "ollama/", "ollama/no"]
)
def test_a_model_that_is_not_there_is_none(made: Embedding, name: str) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        made.client.embeddings.create(model=name, input="x")
    assert error.value.code == "model_not_found"


def test_a_stranger_gets_nothing(made: Embedding) -> None:
    with (
        openai_client(made.home, "mosaic_nobody") as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.embeddings.create(model="mosaic", input="x")


def test_without_a_setting_a_model_has_to_be_named(made: Embedding) -> None:
    config = json.loads(made.home.config.read_text())
    made.home.stop()
    start(made.home, config["providers"])
    with pytest.raises(openai.NotFoundError, match="no model of embeddings is set up"):
        made.client.embeddings.create(model="mosaic", input="x")
    assert made.client.embeddings.create(model="ollama/nomic-embed-text", input="x").data
