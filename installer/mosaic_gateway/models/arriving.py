"""A stream of chat completions as it arrives: pieces of text that came together are one piece.

To the SDK and to pydantic-ai a piece costs as much as all of them, which is most of what a stream
costs; under load the network gives us many at once. Nobody waits for more to come, and what says
anything besides text is handed on as it came.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx2

from mosaic_gateway.models.merging import Merging

MOST_WAITING = 256 * 1024
"""Bytes that are read ahead of whoever listens."""


async def merge_pieces(response: httpx2.Response) -> None:
    """Do so with every response of an HTTP client (a hook of it) that is a stream of events."""
    headers, stream = response.headers, response.stream
    is_stream = headers.get("content-type", "").startswith("text/event-stream")
    is_plain = is_stream and "content-encoding" not in headers
    if is_plain and isinstance(stream, httpx2.AsyncByteStream):
        response.stream = Arriving(stream)


class Arriving(httpx2.AsyncByteStream):
    """Reads ahead in a task of its own, which ends when the stream is closed at the latest."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream
        self._waiting = bytearray()
        self._came, self._has_room = asyncio.Event(), asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """All that came since, each time; raises what reading does, after what came before."""
        merging = Merging()
        reading = self._reading = self._reading or asyncio.create_task(self._read())
        while True:
            await self._came.wait()
            if not self._waiting:
                reading.result()
                return
            found = bytes(self._waiting)
            self._waiting.clear()
            self._has_room.set()
            if not reading.done():
                self._came.clear()
            yield merging.take(found)

    async def aclose(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._reading
        await self._stream.aclose()

    async def _read(self) -> None:
        try:
            async for piece in self._stream:
                self._waiting += piece
                self._came.set()
                while len(self._waiting) > MOST_WAITING:
                    self._has_room.clear()
                    await self._has_room.wait()
        finally:
            self._came.set()
