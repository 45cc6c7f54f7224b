"""A conversation with a provider that goes on only when a test lets it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from tests.gateway.chats import chunk, providers, standing_in, start
from tests.gateway.process import Home, client_of
from tests.standins.server import Asked, Told


class Provider:
    """Says `one ` and goes on only when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.is_left = threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked)
        return Told(content="text/event-stream", pieces=self._pieces())

    @property
    def history(self) -> list[tuple[str, object]]:
        """What it was told last."""
        return [(each["role"], each.get("content")) for each in self.asked[-1].body["messages"]]

    def _pieces(self) -> Iterator[bytes]:
        try:
            yield chunk(role="assistant", content="one ")
            while not self.may_go_on.wait(0.02):
                yield b": still here\n\n"
            yield chunk(content="two")
            yield chunk(finish="stop")
        except GeneratorExit:
            self.is_left.set()
            raise


@dataclass
class Talk:
    """A gateway with one provider, and its administrator."""

    home: Home
    provider: Provider
    client: httpx.Client

    def begin(self) -> "Begun":
        """A turn that has said its first word, of a provider that does not go on."""
        self.provider.may_go_on.clear()
        self.provider.is_left.clear()
        conversation = str(self.client.post("/api/conversations", json={}).json()["id"])
        path = f"/api/conversations/{conversation}/turns"
        request = self.client.build_request("POST", path, json={"text": "Count."})
        begun = Begun(conversation, self.client.send(request, stream=True))
        while next(begun.lines) != 'data: {"text":"one "}':
            pass
        return begun


class Begun:
    """An answer that is being told."""

    def __init__(self, conversation: str, answer: httpx.Response) -> None:
        self.conversation = conversation
        self.answer = answer
        # Kept: an iterator that nobody holds any more closes the connection.
        self.lines = answer.iter_lines()

    def rest(self) -> str:
        return "\n".join(self.lines)


@contextmanager
def talking(home: Home) -> Iterator[Talk]:
    provider = Provider()
    with standing_in(provider) as service:
        home.fill()
        start(home, providers(service.url, "ollama"))
        try:
            with client_of(home, home.set_up()) as client:
                yield Talk(home, provider, client)
        finally:
            provider.may_go_on.set()
