"""Two people at one gateway, each with a word of their own, and a model that repeats them."""

import json
import random
from dataclasses import dataclass, field

import httpx
from tests.gateway.chats import calling, said
from tests.gateway.meanings import vector_of
from tests.standins.server import Asked, Told

WORDS = ("adamantine", "evenfallen")
NOTES = ("the tea is cold", "a release on friday", "the key is under the mat", "red or blue")
KINDS = ("memories", "conversations", "agents", "tokens")
OWNED = (*KINDS, "responses")


class Parrot:
    """Calls a tool of the gateway now and then, and says which of the words it was told."""

    def __call__(self, asked: Asked) -> Told:
        if asked.path == "/api/embed":
            return Told(body={"embeddings": [vector_of(each) for each in asked.body["input"]]})
        messages = asked.body["messages"]
        last = messages[-1]
        text = str(last["content"])
        if asked.body.get("tools") and last["role"] == "user" and "mat" in text:
            return calling("recall", text=text)
        if asked.body.get("tools") and last["role"] == "user" and "tea" in text:
            return calling("remember", text=text)
        heard = {word for word in WORDS if word in json.dumps(messages)}
        return said("I heard ", " and ".join(sorted(heard)))


@dataclass
class Person:
    """Somebody who acts, and what is theirs; `chats` is what they said by `/v1`."""

    client: httpx.Client
    word: str
    others: str
    owned: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in OWNED})
    chats: list[dict[str, str]] = field(default_factory=list)

    def text(self, chance: random.Random) -> str:
        return f"{chance.choice(NOTES)}, {self.word} {chance.randrange(100)}"

    def do(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Ask for something, and see that no word of the other's is in the answer."""
        answer = self.client.request(method, path, json=body)
        assert answer.status_code < 500, (method, path, answer.text)
        told = answer.text + repr(answer.headers)
        assert self.others not in told, f"{method} {path} {body} told: {told}"
        return answer
