"""The live lists of models: whose they are, what they tell, and what a bad one does to nobody."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.gateway.chats import KEY, always, standing_in
from tests.standins.server import Answer, Asked, Told

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.errors import NoCapableModelError
from mosaic_gateway.models import catalogue as lists
from mosaic_gateway.models.catalogue import DEADLINE_SECONDS, KEPT_SECONDS, Catalogue, Listed
from mosaic_gateway.models.health import Health
from mosaic_gateway.models.messages import Message, Picture
from mosaic_gateway.routing.decision import Routes
from mosaic_gateway.turns import question as asking
from mosaic_gateway.turns.choice import Known, decided

pytestmark = pytest.mark.call

CLAUDE: dict[str, Any] = {
    "id": "claude-opus-5-5-20261001",
    "lifecycle": "active",
    "max_input_tokens": 200_000,
    "capabilities": {"image_input": {"supported": True}},
}
ROUTER: dict[str, Any] = {
    "id": "vendor/blind",
    "context_length": 1000,
    "architecture": {"input_modalities": ["text"]},
    "supported_parameters": ["temperature"],
}
LISTS: dict[str, dict[str, Any]] = {
    "anthropic": {"data": [CLAUDE, {"id": "claude-2", "lifecycle": "retired"}]},
    "openai": {"data": [{"id": "gpt-6.1-sol"}, {"id": "a\nb"}, {"id": "x" * 300}]},
    "openrouter": {"data": [ROUTER]},
    "zai": {"data": [{"id": "glm-5.3"}]},
    "ollama": {"models": [{"name": "llama3.1:latest"}]},
}
PATHS = {
    "anthropic": "/v1/models?limit=1000",
    "openai": "/models",
    "openrouter": "/models",
    "zai": "/models",
    "ollama": "/api/tags",
}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def config(name: str, url: str, model: str = "any") -> ProviderConfig:
    return ProviderConfig(name, url, (model, model, model), KEY)


def listed(name: str, answer: Answer) -> Catalogue:
    with standing_in(answer) as service:
        catalogue = Catalogue([config(name, service.url)])
        asyncio.run(catalogue.refresh())
        return catalogue


@pytest.mark.parametrize(
    ("name", "model", "found"),
    [
        ("anthropic", "claude-opus-5-5", Listed(CLAUDE["id"], pictures=True, tokens=200_000)),
        ("openai", "gpt-6.1-sol", Listed("gpt-6.1-sol")),
        (
            "openrouter",
            "vendor/blind",
            Listed("vendor/blind", pictures=False, tools=False, tokens=1000),
        ),
        ("zai", "glm-5.3", Listed("glm-5.3")),
        ("ollama", "llama3.1", Listed("llama3.1")),
    ],
)
def test_each_provider_is_asked_in_its_own_way(name: str, model: str, found: Listed) -> None:
    asked: list[Asked] = []

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(body=LISTS[name])

    catalogue = listed(name, answer)
    assert [(each.method, each.path) for each in asked] == [("GET", PATHS[name])]
    assert KEY in {asked[0].bearer, asked[0].headers.get("x-api-key")}
    assert list(catalogue.models(name) or ()) == [found.name]
    assert catalogue.find(name, model) == found
    assert not catalogue.lacks(name, model)
    # Z.AI serves more than it lists.
    assert catalogue.lacks(name, "disappeared") is (name != "zai")


def endless() -> Iterator[bytes]:
    while True:
        yield b" " * 1_000_000


@pytest.mark.parametrize(
    "told",
    [
        Told(status=401, body={"data": [{"id": "no"}]}),
        Told(body="<html>", content="text/html"),
        Told(body={"data": {"a": 1}}),
        Told(body={"data": [None]}),
        Told(body="[" * 100_000),
        Told(status=302, body=LISTS["openai"], headers={"Location": "http://127.0.0.1:1/"}),
        Told(pieces=endless()),
    ],
    ids=["refused", "html", "no-list", "no-rows", "deep", "elsewhere", "endless"],
)
def test_what_is_no_list_tells_nothing(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LARGEST_BYTES", 2_000_000)
    catalogue = listed("openai", always(told))
    assert catalogue.models("openai") is None
    assert not catalogue.lacks("openai", "gpt-6.1-sol")


class Loop:
    """The clock of the running event loop, which goes past a deadline when it is told to."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._time, self._ahead = self._loop.time, 0.0
        self._loop.time = lambda: self._time() + self._ahead  # type: ignore[method-assign]

    def go_past(self, seconds: float) -> None:
        """Go on by so many seconds, from whatever thread."""
        self._ahead += seconds
        self._loop.call_soon_threadsafe(lambda: None)


def test_a_list_is_kept_for_a_while_and_one_that_is_late_leaves_what_was_known() -> None:
    clock, loops = Clock(), list[Loop]()

    def silent() -> Iterator[bytes]:
        loops[0].go_past(DEADLINE_SECONDS)
        service.over.wait()
        yield b""

    def answer(_: Asked) -> Told:
        return Told(pieces=silent()) if loops else Told(body=LISTS["openai"])

    async def run() -> None:
        catalogue = Catalogue([config("openai", service.url)], clock)
        for now, calls in ((0.0, 1), (KEPT_SECONDS - 1, 1), (KEPT_SECONDS, 2), (KEPT_SECONDS, 2)):
            clock.now = now
            await asyncio.gather(catalogue.refresh(), catalogue.refresh())
            assert (len(service.asked), *(catalogue.models("openai") or ())) == (
                calls,
                "gpt-6.1-sol",
            )
            loops[:] = loops or [Loop()]

    with standing_in(answer) as service:
        asyncio.run(run())


@pytest.mark.parametrize(
    ("message", "model", "reason"),
    [
        (
            "Tell me.",
            "openai/gpt-6.1-sol",
            "openrouter/gone is not in its provider's list any more",
        ),
        ("x" * 9000, "openai/gpt-6.1-sol", "openrouter/gone is not in its provider's list"),
    ],
    ids=["short", "long"],
)
def test_whom_a_list_lacks_is_asked_last(message: str, model: str, reason: str) -> None:
    def answer(asked: Asked) -> Told:
        is_router = "/router" in asked.path
        return Told(body=LISTS["openrouter" if is_router else "openai"])

    with standing_in(answer) as service:
        providers = (
            config("openrouter", f"{service.url}/router", "gone"),
            config("openai", service.url, "gpt-6.1-sol"),
        )
        catalogue = Catalogue(providers)
        asyncio.run(catalogue.refresh())
    routes = Routes({each.name: each for each in providers}, {})
    known = Known(routes, Health(), catalogue)
    found = decided(known, asking.Asked(asking.Question([Message("user", (message,))])))
    assert (str(found.chain[0]), len(found.chain)) == (model, 2)
    assert reason in found.reason
    picture = [Message("user", (Picture("https://p.example/1"),))]
    with pytest.raises(NoCapableModelError, match="vendor/blind cannot look at pictures"):
        decided(known, asking.Asked(asking.Question(picture, "openrouter/vendor/blind")))
    assert json.dumps(found.reason).isascii()
