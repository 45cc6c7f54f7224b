"""Pieces of an answer that came together are one piece, and nothing else of it changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from pydantic_ai.direct import model_request_stream
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.providers.ollama import OllamaProvider
from tests.gateway.chats import chunk

from mosaic_gateway.configuration.provider_config import ProviderConfig
from mosaic_gateway.models.arriving import Arriving, merge_pieces
from mosaic_gateway.models.faults import explained
from mosaic_gateway.models.merging import Merging
from mosaic_gateway.models.messages import Message
from mosaic_gateway.models.pieces import Piece, Text, Thinking
from mosaic_gateway.models.translation import to_history, to_pieces

pytestmark = pytest.mark.unit

DONE = b"data: [DONE]\n\n"
END = chunk(finish="stop")
WORDS = [chunk(content=word) for word in ("one ", "two ", "three ")]
USAGE = (
    b'data: {"id": "c", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}\n\n'
)
CALL = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "n", "arguments": ""}}
MORE = {"index": 0, "function": {"arguments": '{"a": 1}'}}
HALVES = (chunk(content="\ud83d"), chunk(content="\ude00"))

STREAMS: dict[str, list[bytes]] = {
    "words": [chunk(role="assistant", content=""), *WORDS, END, USAGE, DONE],
    "the role in each": [*(chunk(role="assistant", content=each) for each in "abc"), END, DONE],
    "tags": [chunk(content=each) for each in ("<think>", "a", "b", "</think>", "c", "d")] + [END],
    "white space": [chunk(content=each) for each in ("\n", "\n", "a", " ", "b")] + [END],
    "thoughts": [chunk(reasoning="a", content=""), chunk(reasoning="b", content=""), *WORDS, END],
    "from thoughts to text": [
        chunk(reasoning="a", content=""),
        chunk(reasoning="", content="b"),
        END,
    ],
    "thoughts by another name": [chunk(reasoning_content=each) for each in "ab"] + [*WORDS, END],
    "a call": [*WORDS, chunk(tool_calls=[CALL]), chunk(tool_calls=[MORE]), chunk(finish="stop")],
    "a refusal": [chunk(refusal="No"), chunk(refusal=", never."), END, DONE],
    "cut off": WORDS,
    "too long": [*WORDS, chunk(content="and", finish="length"), DONE],
    "an error": [*WORDS, b'data: {"error": {"message": "mid-air"}}\n\n'],
    "no JSON": [*WORDS, b'data: {"choices": [\n\n'],
    "other JSON": [*WORDS, b"data: [1]\n\n", b'data: {"choices": [[]]}\n\n'],
    "comments": [b": wait\n\n", *WORDS, b": wait\n\n", *WORDS, END, DONE],
    "other ends of lines": [each.replace(b"\n", b"\r\n") for each in (*WORDS, END, DONE)],
    "nothing": [],
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_model_says_the_same(name: str) -> None:
    content = b"".join(STREAMS[name])
    assert asyncio.run(told(content, is_merged=True)) == asyncio.run(told(content, is_merged=False))


async def told(content: bytes, *, is_merged: bool) -> list[object]:
    """The pieces that come of it, where neighbours of a kind are one; at last what is wrong."""
    headers = {"content-type": "text/event-stream"}
    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, headers=headers, content=content))
    hooks = {"response": [merge_pieces]} if is_merged else {}
    http = httpx2.AsyncClient(transport=answer, event_hooks=hooks)
    sdk = AsyncOpenAI(api_key="none", base_url="http://any/v1", http_client=http, max_retries=0)
    model = OllamaModel("any", provider=OllamaProvider(openai_client=sdk))
    found: list[object] = []
    try:
        async with model_request_stream(model, to_history([Message("user", ("Hi",))])) as stream:
            async for piece in to_pieces(stream):
                add(found, piece)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the same
        wrong = explained(error, ProviderConfig("ollama", "http://any", ("a", "a", "a")), "any")
        found.append((wrong.fault, wrong.message))
    return found


def add(found: list[object], piece: Piece) -> None:
    last = found[-1] if found else None
    if isinstance(piece, Text) and isinstance(last, Text):
        found[-1] = Text(last.text + piece.text)
    elif isinstance(piece, Thinking) and isinstance(last, Thinking):
        found[-1] = Thinking(last.text + piece.text)
    else:
        found.append(piece)


def texts(content: bytes) -> list[Any]:
    lines = [each.removeprefix(b"data: ") for each in content.split(b"\n\n") if each]
    return [json.loads(line)["choices"][0]["delta"]["content"] for line in lines]


def test_text_that_comes_together_is_one_piece() -> None:
    assert texts(Merging().take(b"".join(WORDS))) == ["one two three "]
    assert texts(Merging().take(b"".join(HALVES))) == ["\N{GRINNING FACE}"]


def test_what_comes_alone_stays_as_it_is() -> None:
    merging = Merging()
    assert [merging.take(each) for each in (*WORDS, END, DONE)] == [*WORDS, END, DONE]


def test_a_block_may_end_anywhere() -> None:
    content = b"".join(WORDS)
    for place in range(len(content)):
        merging = Merging()
        first, second = merging.take(content[:place]), merging.take(content[place:])
        assert "".join(texts(first + second)) == "one two three "


class Source(httpx2.AsyncByteStream):
    """Gives pieces, fails after them if it shall, and knows whether it was closed."""

    def __init__(self, *pieces: bytes, error: Exception | None = None, waits: bool = False) -> None:
        self._pieces, self._error, self._waits = pieces, error, waits
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._waits:
            await asyncio.Event().wait()
        if self._error:
            raise self._error

    async def aclose(self) -> None:
        self.is_closed = True


def test_what_came_before_a_fault_is_told_before_it() -> None:
    async def read() -> None:
        async for block in Arriving(Source(*WORDS, error=httpx2.ReadError("gone"))):
            found.extend(texts(block))

    found: list[str] = []
    with pytest.raises(httpx2.ReadError):
        asyncio.run(read())
    assert found == ["one two three "]


def test_whoever_stops_listening_ends_the_reading() -> None:
    async def read() -> None:
        arriving = Arriving(source)
        blocks = aiter(arriving)
        assert texts(await anext(blocks)) == ["one two three "]
        await arriving.aclose()
        assert len(asyncio.all_tasks()) == 1

    source = Source(*WORDS, waits=True)
    asyncio.run(read())
    assert source.is_closed


def test_no_more_is_read_ahead_than_is_agreed() -> None:
    async def read() -> None:
        arriving = Arriving(Source(*[b": " + b"x" * 100_000 + b"\n\n"] * 20))
        sizes = [len(block) async for block in arriving]
        assert max(sizes) < 400_000
        assert sum(sizes) == 20 * 100_004

    asyncio.run(read())
