"""`/api/memories`, and searches, through a gateway; what is found is in test_memory_search."""

import json
from collections.abc import Iterator

import httpx
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.people import add_person, forget_others, signed_in
from tests.gateway.process import error_id
from tests.gateway.remembering import HOSTILE

from mosaic_gateway.memory.memory import LONGEST_MEMORY, LONGEST_QUESTION

pytestmark = pytest.mark.gateway

EVE = "eve@example.org"
KIND = {"Content-Type": "application/json"}
SEARCHES = ("/api/memories/search", "/api/conversations/search")


@pytest.fixture
def ada(gateway: SetUpGateway, admin: httpx.Client) -> Iterator[httpx.Client]:
    """Ada, who has no memories, and leaves none."""
    yield admin
    gateway.home.sql("DELETE FROM memories")
    forget_others(gateway.home)


def keep(client: httpx.Client, text: str) -> dict[str, str]:
    answer = client.post("/api/memories", json={"text": text})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def test_a_memory_is_kept_found_and_forgotten(ada: httpx.Client) -> None:
    keep(ada, "The office has a lift.")
    made = keep(ada, "  Our staging server is called heron. ")
    assert made["text"] == "Our staging server is called heron."
    path = f"/api/memories/{made['id']}"
    assert ada.get(path).json() == made
    assert ada.get("/api/memories?limit=1").json() == [made]
    assert len(ada.get("/api/memories?offset=1").json()) == 1
    body = {"text": "staging SERVER called?", "limit": 1}
    found = ada.post(SEARCHES[0], json=body).json()
    assert found == {"searched": ["keyword"], "found": [made], "hasMore": False}
    assert ada.delete(path).status_code == 204
    for gone in (ada.get(path), ada.delete(path), ada.get("/api/memories/%00")):
        assert (gone.status_code, error_id(gone)) == (404, "no-such-memory")
    assert ada.post(SEARCHES[0], json=body).json()["found"] == []


def test_nobody_sees_the_memories_of_somebody_else(
    ada: httpx.Client, gateway: SetUpGateway
) -> None:
    mine = keep(ada, "The key is under the mat.")
    add_person(gateway.home, EVE)
    with signed_in(gateway.home, EVE) as eve:
        hers = keep(eve, "The key is in the car.")
        for client, own, other in ((ada, mine, hers), (eve, hers, mine)):
            assert client.get("/api/memories").json() == [own]
            found = client.post(SEARCHES[0], json={"text": "key mat car"}).json()
            assert found["found"] == [own]
            path = f"/api/memories/{other['id']}"
            assert [client.get(path).status_code, client.delete(path).status_code] == [404, 404]
    with httpx.Client(base_url=gateway.home.url) as stranger:
        assert stranger.get("/api/memories").status_code == 401


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "invalid-property"),
        (" \n", "invalid-property"),
        ("a\0b", "invalid-property"),
        ("\ud800", "invalid-property"),
        ("x" * (LONGEST_MEMORY + 1), "invalid-property"),
        (7, "invalid-property"),
    ],
)
def test_what_cannot_be_kept_is_refused(ada: httpx.Client, text: object, error: str) -> None:
    refused = ada.post("/api/memories", content=json.dumps({"text": text}), headers=KIND)
    assert (refused.status_code, error_id(refused)) == (400, error)
    assert ada.get("/api/memories").json() == []


@pytest.mark.parametrize("path", SEARCHES)
def test_every_search_is_answered(ada: httpx.Client, path: str) -> None:
    keep(ada, "Nothing of that.")
    for text in HOSTILE:
        answer = ada.post(path, content=json.dumps({"text": text}), headers=KIND)
        if text == "\ud800":
            assert (answer.status_code, error_id(answer)) == (400, "invalid-property")
        else:
            assert (answer.status_code, answer.json()["found"]) == (200, [])
    for body in (
        {"text": "x" * (LONGEST_QUESTION + 1)},
        {"text": "x", "limit": 0},
        {"text": "x", "limit": 101},
        {"text": "x", "offset": -1},
        {"text": "x", "offset": 2**63},
        {},
    ):
        refused = ada.post(path, json=body)
        assert (refused.status_code, error_id(refused)) == (400, "invalid-property")
