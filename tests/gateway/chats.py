"""A gateway whose model providers are stand-ins, and what a client says to it."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from openai import OpenAI
from tests.gateway.process import DEADLINE, Home
from tests.standins.server import Answer, Asked, StandIn, Told

KEY = "the-right-one-0123456789"
MODEL, SMALL_MODEL = "a-vendor/a-model", "a-vendor/a-small-model"
# Where each provider's dialect is spoken below the address of a stand-in.
PATHS = {"anthropic": "", "openai": "/v1", "openrouter": "/api/v1", "zai": "/v1", "ollama": ""}
PAGE = "https://page.example"
"""Whose pages a browser may send requests from."""
HI: list[Any] = [{"role": "user", "content": "Say: hi"}]


def providers(url: str, *names: str) -> dict[str, object]:
    """The section of mosaic.config.json that turns them on at a stand-in."""
    return {
        name: {
            "url": url + PATHS[name],
            "model": MODEL,
            "smallModel": SMALL_MODEL,
            "largeModel": MODEL,
            "keyVariable": "MOSAIC_TEST_API_KEY",
        }
        for name in names or PATHS
    }


def start(home: Home, section: Mapping[str, object]) -> None:
    """Start the gateway with these providers."""
    home.write_config(providers=section)
    start_again(home)


def start_again(home: Home) -> None:
    """Start it as it was; the key is in a file, as the installer has it."""
    key = home.folder / "key"
    key.touch(0o600)
    key.write_text(f"{KEY}\n")
    home.start({"MOSAIC_TEST_API_KEY_FILE": str(key), "MOSAIC_CORS_ORIGIN": PAGE})


@contextmanager
def openai_client(home: Home, token: str) -> Iterator[OpenAI]:
    """OpenAI's own SDK, which tries nothing twice."""
    with OpenAI(
        base_url=f"{home.url}/v1", api_key=token, max_retries=0, timeout=DEADLINE
    ) as client:
        yield client


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The server-sent events of an answer, by name."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block.startswith("event: ")]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in blocks
    ]


def ask(client: httpx.Client, text: str, conversation: str = "", **more: object) -> dict[str, Any]:
    """One turn, in a conversation of its own where none is named; its events by name."""
    if not conversation:
        conversation = client.post("/api/conversations", json={}).json()["id"]
    answer = client.post(f"/api/conversations/{conversation}/turns", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    found = dict(events_of(answer.text))
    said = [data["text"] for name, data in events_of(answer.text) if name == "text"]
    return {**found, "text": "".join(said)}


def chunk(**delta: object) -> bytes:
    """A piece of a chat completion, as Ollama streams it."""
    finish = delta.pop("finish", None)
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    return b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n"


def said(*words: str) -> Told:
    """A whole streamed answer."""
    pieces = [*(chunk(role="assistant", content=word) for word in words), chunk(finish="stop")]
    return Told(content="text/event-stream", pieces=[*pieces, b"data: [DONE]\n\n"])


def calling(name: str, **arguments: object) -> Told:
    """A whole streamed answer, which is a call of a tool."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    pieces = [chunk(role="assistant", tool_calls=[call]), chunk(finish="tool_calls")]
    return Told(content="text/event-stream", pieces=[*pieces, b"data: [DONE]\n\n"])


@contextmanager
def standing_in(answer: Answer) -> Iterator[StandIn]:
    with StandIn(answer) as server:
        yield server


def always(told: Told) -> Callable[[Asked], Told]:
    return lambda _: told


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait for what no event tells us of: the database of another process."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def states(home: Home) -> list[str]:
    """The states of all turns, in their order."""
    rows = home.sql("SELECT state FROM turns ORDER BY started_at, position")
    return [str(state) for (state,) in rows]
