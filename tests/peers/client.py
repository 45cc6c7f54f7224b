"""Asks for streamed chats as cheaply as can be: what a client costs is in every figure."""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.standins.trivial_model import WORDS

DEADLINE = 60.0
_FIRST = WORDS[0].encode()
_END = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Door:
    """Where chats are had: an address, a model, and a key where one is wanted."""

    url: str
    model: str
    key: str = "none"

    def request(self) -> bytes:
        """A chat, as bytes."""
        body = json.dumps(
            {
                "model": self.model,
                "stream": True,
                "messages": [{"role": "user", "content": "Say twenty words, please."}],
            }
        ).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\n"
            f"Authorization: Bearer {self.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def first_tokens(doors: list[Door], rounds: int) -> list[list[float]]:
    """Ask one door after the other; returns the seconds to the first word of each, by round."""
    return asyncio.run(_first_tokens(doors, rounds))


def rate(door: Door, chats: int, together: int) -> float:
    """Ask for so many, so many of them at once; returns how many a second are answered whole."""
    seconds, whole = asyncio.run(_many(door, chats, together))
    if whole != chats:
        raise AssertionError(f"{door.url} answered {whole} of {chats} chats whole")
    return chats / seconds


def answered_whole(door: Door, together: int) -> int:
    """Ask for so many at once; returns how many of them are answered whole."""
    return asyncio.run(_many(door, together, together))[1]


async def _first_tokens(doors: list[Door], rounds: int) -> list[list[float]]:
    lines = [await _Line.open(door) for door in doors]
    found = [[(await line.ask())[0] for line in lines] for _ in range(rounds)]
    for line in lines:
        line.close()
    return found


async def _many(door: Door, chats: int, together: int) -> tuple[float, int]:
    lines = [await _Line.open(door) for _ in range(together)]
    left = iter(range(chats))
    said: list[bytes] = []

    async def work(line: _Line) -> None:
        while next(left, None) is not None:
            said.append((await line.ask())[1])

    start = time.perf_counter()
    results = await asyncio.gather(*map(work, lines), return_exceptions=True)
    seconds = time.perf_counter() - start
    for line in lines:
        line.close()
    broken = [each for each in results if isinstance(each, BaseException)]
    if broken and not said:
        raise broken[0]
    return seconds, sum(map(_is_whole, said))


class _Line:
    """A connection that is kept."""

    def __init__(
        self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader, self._writer = reader, writer
        self._request = door.request()

    @classmethod
    async def open(cls, door: Door) -> "_Line":
        where = urlsplit(door.url)
        assert where.hostname is not None
        return cls(door, *await asyncio.open_connection(where.hostname, where.port))

    async def ask(self) -> tuple[float, bytes]:
        """Have one chat; returns the seconds to its first word, and all that came."""
        async with asyncio.timeout(DEADLINE):
            start = time.perf_counter()
            self._writer.write(self._request)
            try:
                said = await self._reader.readuntil(_FIRST)
            except asyncio.IncompleteReadError as error:
                raise AssertionError(f"no answer, but: {error.partial!r}") from None
            first = time.perf_counter() - start
            said += await self._reader.readuntil(_END)
            await self._reader.readuntil(b"0\r\n\r\n")
        return first, said

    def close(self) -> None:
        self._writer.close()


def _is_whole(said: bytes) -> bool:
    """Whether each word came once, in its turn, in however many pieces."""
    lines = [line[6:] for line in said.split(b"\n") if line.startswith(b"data: {")]
    choices = [choice for line in lines for choice in json.loads(line)["choices"]]
    return "".join(each["delta"].get("content") or "" for each in choices) == "".join(WORDS)
