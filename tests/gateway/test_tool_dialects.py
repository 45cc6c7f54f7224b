"""The gateway's own tools before all five providers' dialects, of a stand-in by somebody else."""

import json
from collections.abc import Iterator

import httpx
import pytest
from tests.gateway.agents import make
from tests.gateway.chats import KEY, PATHS, ask, providers, start
from tests.gateway.conftest import NewHome
from tests.gateway.process import client_of
from tests.standins.aimock import aimock, is_installed

pytestmark = pytest.mark.gateway

NOTEBOOK = "a-vendor/a-notebook"
NOTE = {"text": "I like tea."}
CALLS = [{"name": "remember", "arguments": NOTE}]
ROWS: list[dict[str, object]] = [
    {"match": {"model": NOTEBOOK, "hasToolResult": True}, "response": {"content": "Noted."}},
    {"match": {"model": NOTEBOOK}, "response": {"toolCalls": CALLS}},
]


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[httpx.Client]:
    if not is_installed():
        pytest.skip("npm's @copilotkit/aimock is missing; `scripts/test-standins` installs it")
    folder = tmp_path_factory.mktemp("dialects")
    with aimock(folder, key=KEY, rows=ROWS) as service, new_home(folder) as home:
        start(home, providers(service.url))
        with client_of(home, home.set_up()) as client:
            make(client, "Scribe", tools=["remember"])
            yield client


@pytest.mark.parametrize("name", PATHS)
def test_a_tool_of_the_gateway_is_used_in_every_dialect(ada: httpx.Client, name: str) -> None:
    told = ask(ada, "Take a note.", agent="Scribe", model=f"{name}/{NOTEBOOK}")
    assert json.loads(told["tool"]["result"]) == {"remembered": NOTE["text"]}
    assert (told["text"], told["done"]["finish"]) == ("Noted.", "stop")
