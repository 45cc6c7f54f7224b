"""What is asked of a provider to have vectors, and what is made of all that may come."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.gateway.chats import KEY, standing_in
from tests.standins.server import Asked, Told

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.embeddings import BATCH, Embedded, Maker, Wanted, embed, embed_as
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.models.purposes import prepared

pytestmark = pytest.mark.call

TOO_LONG = Told(status=400, body={"error": "the input length exceeds the context length"})


def maker(url: str, provider: str = "ollama", model: str = "m") -> Maker:
    key = None if provider == "ollama" else KEY
    return Maker(ProviderConfig(provider, url, (model, model, model), key=key), model)


def vectors(asked: Asked) -> Told:
    """Each is the length of its text, in the dialect that is asked."""
    made = [[float(len(text)), 1.0] for text in asked.body["input"]]
    if asked.path == "/api/embed":
        return Told(body={"embeddings": made, "prompt_eval_count": 7})
    rows = [{"index": at, "embedding": each} for at, each in enumerate(made)]
    return Told(body={"data": rows[::-1], "usage": {"prompt_tokens": 5, "total_tokens": 5}})


def asked_of(
    answer: Callable[[Asked], Told], wanted: Wanted, provider: str = "ollama"
) -> tuple[Embedded, list[Asked]]:
    with standing_in(answer) as service:
        made = asyncio.run(embed(maker(service.url, provider), wanted))
        return made, service.asked


def test_ollama_is_asked_in_its_own_dialect_and_cuts_nothing_unless_it_may() -> None:
    made, [asked] = asked_of(vectors, Wanted(["a", "bb"]))
    assert asked.path == "/api/embed"
    assert asked.body == {"model": "m", "input": ["a", "bb"], "truncate": False}
    assert "authorization" not in asked.headers
    assert made == Embedded([[1.0, 1.0], [2.0, 1.0]], 7)
    _, [asked] = asked_of(vectors, Wanted(["a"], may_cut=True))
    assert asked.body["truncate"] is True


@pytest.mark.parametrize("provider", ["openai", "openrouter"])
def test_the_others_in_openais_and_the_order_is_that_of_the_texts(provider: str) -> None:
    made, [asked] = asked_of(vectors, Wanted(["a", "bb"], dimensions=2), provider)
    assert asked.path == "/embeddings"
    assert asked.bearer == KEY
    assert asked.body["encoding_format"] == "float"
    assert asked.body["dimensions"] == 2
    assert made == Embedded([[1.0, 1.0], [2.0, 1.0]], 5)


def test_many_texts_are_sent_in_batches() -> None:
    made, asked = asked_of(vectors, Wanted(["x" * n for n in range(1, BATCH + 3)]))
    assert [len(each.body["input"]) for each in asked] == [BATCH, 2]
    assert [each[0] for each in made.vectors] == [float(n) for n in range(1, BATCH + 3)]
    assert made.tokens == 14


def usual(body: object) -> Told:
    return Told(body={"embeddings": body})


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (Told(status=401, body={"error": "no"}), "key-refused"),
        (Told(status=404, body={"error": "no"}), "no-such-model"),
        (Told(status=400, body={"error": "no"}), "rejected"),
        (TOO_LONG, "too-long"),
        (Told(status=500, body={"error": "no"}), "overloaded"),
        (Told(status=501, body={"error": "no"}), "incapable"),
        (Told(status=302, body="", headers={"Location": "http://127.0.0.1:1/"}), "broken"),
        (Told(body="<html>", content="text/html"), "broken"),
        (Told(body=[1]), "broken"),
        (Told(body={}), "broken"),
        (usual([]), "broken"),
        (usual([[]]), "broken"),
        (usual([[1.0], [1.0]]), "broken"),
        (usual([["x"]]), "broken"),
        (usual([[float("nan")]]), "broken"),
        (usual([[float("inf")]]), "broken"),
        (usual([[1e300]]), "broken"),
        (usual([[10**400]]), "broken"),
        (usual(7), "broken"),
        (Told(body="[" * 100_000), "broken"),
    ],
)
def test_nothing_that_comes_is_taken_for_a_vector(told: Told, fault: str) -> None:
    with pytest.raises(ModelError) as error:
        asked_of(lambda _: told, Wanted(["x"]))
    assert error.value.fault == fault


def test_a_limit_says_when_to_ask_again_and_no_key_is_repeated() -> None:
    told = Told(status=429, body={"error": {"message": f"no, {KEY}"}}, headers={"Retry-After": "7"})
    with pytest.raises(ModelError) as error:
        asked_of(lambda _: told, Wanted(["x"]), "openai")
    assert (error.value.fault, error.value.retry_after) == ("rate-limited", 7.0)
    spent = Told(status=429, body={"error": {"message": "no", "code": "insufficient_quota"}})
    with pytest.raises(ModelError) as error:
        asked_of(lambda _: spent, Wanted(["x"]), "openai")
    assert error.value.fault == "out-of-credit"
    rejected = Told(status=400, body={"error": {"message": f"bad {KEY}"}})
    with pytest.raises(ModelError, match=r"bad \*\*\*"):
        asked_of(lambda _: rejected, Wanted(["x"]), "openai")


def test_other_dimensions_than_were_wanted_are_said() -> None:
    with pytest.raises(ModelError, match="makes vectors of 2 dimensions, not of 3"):
        asked_of(vectors, Wanted(["x"], dimensions=3))


def test_who_is_silent_is_given_up_and_who_is_not_there_is_said() -> None:
    with (
        standing_in(lambda _: Told(body=service.over.wait())) as service,
        pytest.raises(ModelError) as error,
    ):
        asyncio.run(embed(maker(service.url), Wanted(["x"], seconds=0.2)))
    assert error.value.fault == "too-slow"
    with pytest.raises(ModelError) as error:
        asyncio.run(embed(maker("http://127.0.0.1:1"), Wanted(["x"])))
    assert error.value.fault == "unreachable"


@pytest.mark.parametrize(
    ("model", "purpose", "begins", "length"),
    [
        ("nomic-embed-text:latest", "document", "search_document: x", 2048 * 4),
        ("me/nomic-embed-text", "question", "search_query: x", 2048 * 4),
        ("mxbai-embed-large", "document", "x", 512 * 4),
        (
            "mxbai-embed-large",
            "question",
            "Represent this sentence for searching relevant passages: x",
            512 * 4,
        ),
        ("unknown", "question", "x", 512 * 4),
    ],
)
def test_a_model_is_told_what_a_text_is_for_and_no_more_than_it_reads(
    model: str, purpose: Any, begins: str, length: int
) -> None:
    told = prepared(model, "x" * 100_000, purpose)
    assert told.startswith(begins)
    assert len(told) == length


def test_what_is_too_long_all_the_same_is_cut_further() -> None:
    def reads_600(asked: Asked) -> Told:
        return vectors(asked) if len(asked.body["input"][0]) <= 600 else TOO_LONG

    with standing_in(reads_600) as service:
        made = asyncio.run(embed_as(maker(service.url), Wanted(["x" * 4000]), "document"))
        assert [len(each.body["input"][0]) for each in service.asked] == [2048, 1024, 512]
    assert made.vectors == [[512.0, 1.0]]
