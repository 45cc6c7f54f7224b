"""A gateway before a stand-in of somebody else's and an Ollama that does what its question says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.gateway.chats import KEY, MODEL, calling, chunk, providers, said, standing_in, start
from tests.gateway.conftest import NewHome
from tests.gateway.process import Home
from tests.standins.aimock import aimock, is_installed
from tests.standins.server import Asked, Told

EVENTS = "text/event-stream"
ANSWER = "The answer is rather long, so that it comes in several pieces."
TOOL = "a-vendor/a-tool"
ROWS: list[dict[str, Any]] = [
    {"match": {"model": MODEL}, "response": {"content": ANSWER}},
    {"match": {"model": TOOL, "hasToolResult": True}, "response": {"content": "Cold."}},
    {
        "match": {"model": TOOL},
        "response": {"toolCalls": [{"name": "weather", "arguments": {"city": "Oslo"}}]},
    },
]


def _answer(*pieces: bytes) -> Told:
    return Told(content=EVENTS, pieces=pieces)


def _call(arguments: str) -> bytes:
    function = {"name": "weather", "arguments": arguments}
    return chunk(
        tool_calls=[{"index": 0, "id": "call_1", "type": "function", "function": function}]
    )


ANSWERS = {
    "Weather?": calling("weather", city="Oslo"),
    "No JSON.": _answer(_call("no {JSON"), chunk(finish="tool_calls")),
    "Cut a call.": _answer(_call('{"city": "Os'), chunk(finish="length")),
    "Break off.": _answer(chunk(role="assistant", content="half")),
    "Limit.": Told(status=429, body={"error": {}}, headers={"Retry-After": "7"}),
    "Be down.": Told(status=503, body={"error": {}}),
    "Think.": _answer(
        chunk(role="assistant", reasoning="Hm."), chunk(content="So."), chunk(finish="length")
    ),
}


@dataclass
class Scripted:
    """The Ollama; `is_left` is set when somebody goes away while it counts."""

    asked: list[Asked] = field(default_factory=list)
    is_left: threading.Event = field(default_factory=threading.Event)

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        question = asked.body["messages"][-1]["content"]
        if question == "Count.":
            self.is_left.clear()
            return Told(content=EVENTS, pieces=self._counting())
        return (isinstance(question, str) and ANSWERS.get(question)) or said("one ", "two")

    def _counting(self) -> Iterator[bytes]:
        try:
            yield chunk(role="assistant", content="one ")
            while not self.is_left.wait(0.02):
                yield b": still here\n\n"
        except GeneratorExit:
            self.is_left.set()
            raise

    @property
    def told(self) -> list[tuple[str, object]]:
        """What it was told last."""
        return [(each["role"], each.get("content")) for each in self.asked[-1].body["messages"]]


@dataclass(frozen=True)
class World:
    """The gateway, its administrator's token, and who plays `ollama`."""

    home: Home
    token: str
    provider: Scripted


@contextmanager
def scripted_world(folder: Path, new_home: NewHome) -> Iterator[World]:
    if not is_installed():
        pytest.skip("npm's @copilotkit/aimock is missing; `scripts/test-standins` installs it")
    provider = Scripted()
    with (
        aimock(folder, key=KEY, rows=ROWS) as mock,
        standing_in(provider) as ollama,
        new_home(folder) as home,
    ):
        start(home, providers(mock.url) | providers(ollama.url, "ollama"))
        yield World(home, home.set_up(), provider)
        assert KEY not in home.log()
        assert ANSWER not in home.log()
