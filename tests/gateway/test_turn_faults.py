"""Turns in bad weather: certificates, arguments that are no JSON, endless talks, clocks, disks."""

import asyncio
import json
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import trustme
from tests.gateway.chats import (
    HI,
    KEY,
    MODEL,
    PATHS,
    chunk,
    eventually,
    providers,
    said,
    standing_in,
    start,
    states,
)
from tests.gateway.process import DEADLINE, Home, client_of
from tests.standins.server import Asked, StandIn, Told

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.messages import Message, Tool, ToolCall, Wish
from mosaic_gateway.models.models import Models
from mosaic_gateway.models.pieces import ModelError
from mosaic_gateway.turns.recording import GONE, state_of

NAMES = ("any", "any", "any")
NO_JSON = '{"city": Oslo'
MANY = 10_000
ROOM = 3_000_000
"""Bytes that a file of the gateway may have where the disk is full."""
LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


def fault_of(config: ProviderConfig, messages: list[Message], wish: Wish) -> str:
    async def answer() -> None:
        async for _ in Models([config]).stream(config.name, MODEL, messages, wish):
            pass

    with pytest.raises(ModelError) as error:
        asyncio.run(answer())
    return error.value.fault


@pytest.mark.gateway
def test_no_key_goes_to_whoever_has_a_wrong_certificate() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with StandIn(lambda _: said("caught"), context) as impostor:
        config = ProviderConfig("zai", impostor.url, NAMES, KEY)
        assert fault_of(config, [Message("user", ("Hi",))], Wish()) == "unreachable"
        assert impostor.asked == []


@pytest.mark.gateway
@pytest.mark.parametrize("name", PATHS)
def test_arguments_that_are_no_json_stop_no_conversation(name: str) -> None:
    history = [
        Message("user", ("How cold is it?",)),
        Message("assistant", (), (ToolCall("call_1", "weather", NO_JSON),)),
        Message("tool", ("-3 °C",), answers="call_1"),
        Message("user", ("And tomorrow?",)),
    ]
    with standing_in(lambda _: Told(status=503, body={"error": {"message": "!"}})) as service:
        config = ProviderConfig(name, service.url + PATHS[name], NAMES, KEY)
        fault = fault_of(config, history, Wish(tools=(Tool("weather"),)))
        (asked,) = service.asked
    # It was sent, and what is wrong is that the provider is down.
    assert fault == "overloaded"
    assert "Oslo" in json.dumps(asked.body)


@dataclass
class Row:
    state: str
    heard_at: datetime


@pytest.mark.unit
@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        (0, "running"),
        (-30, "running"),
        (-61, "interrupted"),
        (30, "running"),
        (3600, "interrupted"),
    ],
)
def test_a_clock_that_was_set_back_keeps_no_conversation_busy(seconds: int, state: str) -> None:
    assert timedelta(seconds=60) == GONE
    heard = datetime.now(UTC) + timedelta(seconds=seconds)
    assert state_of(Row("running", heard)) == state  # type: ignore[arg-type]


class Provider:
    """Does what the last message says."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        match asked.body["messages"][-1]["content"]:
            case "Call.":
                function = {"name": "weather", "arguments": NO_JSON}
                call = {"index": 0, "id": "c1", "type": "function", "function": function}
                pieces = [chunk(role="assistant", tool_calls=[call]), chunk(finish="tool_calls")]
                return Told(content="text/event-stream", pieces=[*pieces, b"data: [DONE]\n\n"])
            case "Much.":
                return said(*["x" * 100_000] * 60)
            case "Unauthorised.":
                return Told(status=401, body={"error": {"message": f"{KEY} was revoked"}})
            case _:
                return said("good")


@dataclass
class Weather:
    """A gateway, what its provider was asked, and its administrator."""

    home: Home
    provider: Provider
    client: httpx.Client

    def complete(self, messages: list[Any], **more: object) -> httpx.Response:
        body = {"model": "ollama/any", "messages": messages, **more}
        return self.client.post("/v1/chat/completions", json=body)


@pytest.fixture
def weather(home: Home, request: pytest.FixtureRequest) -> Iterator[Weather]:
    provider = Provider()
    with standing_in(provider) as service:
        home.fill()
        if "on_a_full_disk" in request.fixturenames:
            # There files cannot grow; this is one of a few megabytes.
            home.within = (sys.executable, "-c", LIMITED.format(ROOM))
        start(home, providers(service.url, "ollama"))
        with client_of(home, home.set_up()) as client:
            yield Weather(home, provider, client)
        assert KEY not in home.log()
        assert "Traceback" not in home.log()


@pytest.fixture
def on_a_full_disk() -> None:
    """The gateway's files may become no larger than `ROOM`."""


@pytest.mark.gateway
@pytest.mark.usefixtures("on_a_full_disk")
def test_a_conversation_goes_on_whatever_came_before(weather: Weather) -> None:
    # A tool is called with what is no JSON: the client is told as it is, and may send it again.
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {}}}]
    question: list[Any] = [{"role": "user", "content": "Call."}]
    message = weather.complete(question, tools=tools).json()["choices"][0]["message"]
    (call,) = message["tool_calls"]
    assert call["function"]["arguments"] == NO_JSON
    result = {"role": "tool", "tool_call_id": call["id"], "content": "What?"}
    again = weather.complete([*question, message, result], tools=tools)
    assert again.json()["choices"][0]["message"]["content"] == "good", again.text

    # Ten thousand messages.
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": f"{n}."} for n in range(MANY)]
    long = weather.complete([*messages, *HI])
    assert long.status_code == 200, long.text
    told = weather.provider.asked[-1].body["messages"]
    assert [each["content"] for each in told] == [f"{n}." for n in range(MANY)] + ["Say: hi"]

    # A key that is revoked while all runs.
    refused = weather.complete([{"role": "user", "content": "Unauthorised."}])
    assert (refused.status_code, refused.json()["error"]["code"]) == (502, "provider_key_refused")
    assert KEY not in refused.text
    assert weather.complete(HI).status_code == 200

    # The disk is full: what cannot be kept is said to be lost, and the rest goes on.
    lost = weather.complete([{"role": "user", "content": "Much."}])
    assert (lost.status_code, lost.json()["error"]["code"]) == (503, "not_kept")
    assert weather.complete(HI).status_code == 200
    assert states(weather.home)[-1] == "done"


@pytest.mark.gateway
def test_a_client_that_takes_nothing_and_hangs_up_leaves_no_turn(weather: Weather) -> None:
    conversation = weather.client.post("/api/conversations", json={}).json()["id"]
    path = f"/api/conversations/{conversation}/turns"
    with weather.client.stream("POST", path, json={"text": "Much."}) as hanging:
        assert hanging.status_code == 200
        assert weather.complete(HI).status_code == 200
    eventually(lambda: "running" not in states(weather.home), "no turn is left")
    assert weather.client.get("/health", timeout=DEADLINE).status_code == 200
