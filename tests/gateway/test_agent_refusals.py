"""What agents cannot be, two that are made at once, and how many there can be."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.gateway.agents import make, names
from tests.gateway.conftest import SetUpGateway
from tests.gateway.process import error_id

from mosaic_gateway.agents.agent import LONGEST_PROMPT
from mosaic_gateway.agents.workshop import MOST_AGENTS

pytestmark = pytest.mark.gateway


@pytest.fixture
def agents_of_ada(gateway: SetUpGateway, admin: httpx.Client) -> Iterator[httpx.Client]:
    """Ada, who has no agents, and leaves none."""
    yield admin
    gateway.home.sql("DELETE FROM agents")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"name": "mASON"}, 409, "agent-exists"),
        ({"name": "\N{FULLWIDTH LATIN CAPITAL LETTER M}ason"}, 409, "agent-exists"),
        ({"name": "  "}, 400, "invalid-property"),
        ({"name": "a\nb"}, 400, "invalid-property"),
        ({"name": "ﷺ" * 30}, 400, "invalid-property"),
        ({"prompt": " \n"}, 400, "invalid-property"),
        ({"prompt": "x" * (LONGEST_PROMPT + 1)}, 400, "invalid-property"),
        ({"prompt": "a\0b"}, 400, "invalid-property"),
        ({"prompt": "a\ud800b"}, 400, "invalid-property"),
        ({"prompt": None}, 400, "invalid-property"),
        ({"model": "nobody/s"}, 404, "no-such-model"),
        ({"model": "mosaic/agent/Mason"}, 404, "no-such-model"),
        ({"model": ""}, 404, "no-such-model"),
        ({"model": "ollama/\0"}, 404, "no-such-model"),
        ({"model": "ollama/\ud800"}, 404, "no-such-model"),
        ({"model": "ollama/" + "x" * 201}, 404, "no-such-model"),
        ({"tools": ["a b"]}, 400, "invalid-property"),
        ({"tools": [""]}, 400, "invalid-property"),
        ({"tools": "all"}, 400, "invalid-property"),
        ({"tools": [f"tool_{number}" for number in range(101)]}, 400, "invalid-property"),
        ({"isShared": True, "name": "mason"}, 409, "agent-exists"),
        ({"owner": "ada"}, 400, "unknown-property"),
    ],
)
def test_what_an_agent_cannot_be_is_refused(
    agents_of_ada: httpx.Client, changes: dict[str, object], status: int, error: str
) -> None:
    make(agents_of_ada, "Mason", isShared=True)
    content = json.dumps({"name": "Sage", "prompt": "You are Sage.", **changes})
    kind = {"Content-Type": "application/json"}
    refused = agents_of_ada.post("/api/agents", content=content, headers=kind)
    assert (refused.status_code, error_id(refused)) == (status, error)
    assert names(agents_of_ada) == ["Mason"]


def test_of_two_that_make_the_same_one_does(agents_of_ada: httpx.Client) -> None:
    body = {"name": "Mason", "prompt": "You are Mason."}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: agents_of_ada.post("/api/agents", json=body), range(8)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 7]
    assert names(agents_of_ada) == ["Mason"]


def test_there_can_only_be_so_many(agents_of_ada: httpx.Client, gateway: SetUpGateway) -> None:
    gateway.home.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO agents (id, user_id, name, name_key, prompt, model, created_at, updated_at)"
        " SELECT 'a' || i, (SELECT id FROM users WHERE founder = 1), 'a' || i, 'a' || i,"
        " 'x', 'mosaic', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM n",
        MOST_AGENTS,
    )
    refused = agents_of_ada.post("/api/agents", json={"name": "One more", "prompt": "x"})
    assert (refused.status_code, error_id(refused)) == (409, "too-many-agents")
    make(agents_of_ada, "Everybody's", isShared=True)
