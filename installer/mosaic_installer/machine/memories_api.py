"""The gateway's contract about memories, over HTTP."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.memories import Memory, Passage
from mosaic_installer.machine.gateway_calls import Response, Subject, SubjectCalls

MEMORIES = "/api/memories"
CONVERSATIONS = "/api/conversations"
MOST_AT_ONCE = 100
LARGEST = 16 * 1024 * 1024
"""Bytes of a list of memories."""

Item = TypeVar("Item")

_SUBJECT = Subject(
    name="the request about memories",
    hints={
        "no-such-memory": "`mosaic memory list` shows yours",
        "too-many-memories": "`mosaic memory forget ID` makes room",
        "invalid-property": "change that, and run it again",
    },
    too_large=("that is too long for the gateway", "a memory has 4 000 characters at most"),
)


class HttpMemories:
    """`MemoryApi` of the gateway that listens at `gateway.url`, for whom the credential speaks."""

    def __init__(self, gateway: Gateway, credential: Credential) -> None:
        self._calls = SubjectCalls(gateway.url, credential, _SUBJECT, largest=LARGEST)

    def all(self, most: int) -> tuple[Memory, ...]:
        def page(limit: int, offset: int) -> list[Memory]:
            response = self._calls.ask("GET", f"{MEMORIES}?limit={limit}&offset={offset}")
            return self._items(response, lambda body: body, _memory)

        return _pages(page, most)

    def search(self, text: str, most: int) -> tuple[Memory, ...]:
        return self._found(MEMORIES, text, most, _memory)

    def search_conversations(self, text: str, most: int) -> tuple[Passage, ...]:
        return self._found(CONVERSATIONS, text, most, _passage)

    def add(self, text: str) -> Memory:
        return self._one(self._calls.ask("POST", MEMORIES, {"text": text}, status=201))

    def find(self, memory: str) -> Memory:
        return self._one(self._calls.ask("GET", _path(memory)))

    def forget(self, memory: str) -> None:
        self._calls.ask("DELETE", _path(memory), status=204)

    def _one(self, response: Response) -> Memory:
        [found] = self._items(response, lambda body: [body], _memory)
        return found

    def _found(
        self, path: str, text: str, most: int, parse: Callable[[Any], Item]
    ) -> tuple[Item, ...]:
        def page(limit: int, offset: int) -> list[Item]:
            body = {"text": text, "limit": limit, "offset": offset}
            response = self._calls.ask("POST", f"{path}/search", body)
            return self._items(response, lambda body: body["found"], parse)

        return _pages(page, most)

    def _items(
        self, response: Response, rows: Callable[[Any], Any], parse: Callable[[Any], Item]
    ) -> list[Item]:
        try:
            return [parse(row) for row in rows(response.body)]
        except (KeyError, TypeError):
            raise self._calls.nonsense() from None


def _path(memory: str) -> str:
    return f"{MEMORIES}/{quote(memory, safe='', errors='replace')}"


def _pages(page: Callable[[int, int], list[Item]], most: int) -> tuple[Item, ...]:
    found: list[Item] = []
    while (missing := most - len(found)) > 0:
        limit = min(missing, MOST_AT_ONCE)
        items = page(limit, len(found))
        found += items
        if len(items) < limit:
            break
    return tuple(found)


def _memory(row: Any) -> Memory:
    return Memory(
        id=str(row["id"]),
        text=str(row["text"]),
        created_at=str(row["createdAt"]),
        updated_at=str(row["updatedAt"]),
    )


def _passage(row: Any) -> Passage:
    return Passage(
        conversation=str(row["conversation"]),
        title=str(row["title"]),
        text=str(row["text"]),
        said_at=str(row["saidAt"]),
    )
