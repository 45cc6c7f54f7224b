"""Memories by what they mean, through a gateway, with a real model behind an Ollama's shape."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from tests.gateway.chats import eventually, providers
from tests.gateway.process import Home, client_of
from tests.standins import vectors
from tests.standins.model import is_installed
from tests.standins.server import Told

pytestmark = pytest.mark.gateway

KEPT = (
    "I drink a cup of oolong every morning.",
    "The ferry to the island leaves at noon.",
    "Our staging server is called heron.",
    "My brother Tom plays the violin.",
)
BY_MEANING = {
    "Which hot beverage does she like?": KEPT[0],
    "Wann fährt das Schiff?": KEPT[1],
}
"""Questions without a word of what is to be found."""


@dataclass
class Remembering:
    """A gateway, its model, and its administrator."""

    home: Home
    ollama: vectors.Ollama
    client: httpx.Client

    def found(self, text: str) -> tuple[list[str], list[str]]:
        answer = self.client.post("/api/memories/search", json={"text": text, "limit": 5}).json()
        return answer["searched"], [each["text"] for each in answer["found"]]

    def number(self) -> int:
        [(number,)] = self.home.sql("SELECT count(*) FROM memory_vectors")
        return int(str(number))


@pytest.fixture
def memory(home: Home) -> Iterator[Remembering]:
    if not is_installed():
        pytest.skip("the real model is missing; `scripts/test-model` installs it")
    with vectors.ollama() as (ollama, service):
        home.fill()
        home.write_config(embeddings=vectors.SECTION, providers=providers(service.url, "ollama"))
        home.start()
        with client_of(home, home.set_up()) as client:
            yield Remembering(home, ollama, client)


def test_a_memory_is_found_in_other_words_and_kept_while_nobody_makes_vectors(
    memory: Remembering,
) -> None:
    for text in KEPT:
        assert memory.client.post("/api/memories", json={"text": text}).status_code == 201
    eventually(lambda: memory.number() == len(KEPT), "all have their vectors")
    for question, text in BY_MEANING.items():
        searched, found = memory.found(question)
        assert (searched, found[0]) == (["keyword", "vector"], text)
    memory.ollama.told = Told(status=500, body={"error": "no"})
    late = "The spare key is under the mat."
    assert memory.client.post("/api/memories", json={"text": late}).status_code == 201
    assert memory.found("spare key") == (["keyword"], [late])
    assert memory.number() == len(KEPT)
    memory.ollama.told = None
    memory.home.stop()
    memory.home.start()
    # Whoever searches next has the rest made as well.
    assert late in memory.found("mat")[1]
    eventually(lambda: memory.number() == len(KEPT) + 1, "it has its vector")
    rows = memory.home.sql("SELECT DISTINCT model, state, cost_micros FROM usage")
    assert sorted(rows) == [(vectors.MODEL, "done", 0), (vectors.MODEL, "failed", 0)]
    assert not any(text in memory.home.log() for text in (*KEPT, *BY_MEANING, late))
