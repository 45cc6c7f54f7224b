"""Hands the events of a turn on to a client: the turn is a task, which ends when they go away."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mosaic_gateway.turns.events import Event

# Proxies cut off who is silent for longer, some after 30 seconds.
QUIET_SECONDS = 15.0
SIGN_OF_LIFE = b": \n\n"

Result = TypeVar("Result")


class Relay:
    """A turn that runs; its events come in the order and the groups in which they happen."""

    def __init__(self, events: AsyncGenerator[Event]) -> None:
        self._events = events
        self._waiting: list[Event] = []
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def take(self) -> list[Event]:
        """What has happened since, at least one; nothing at the end. Raises what the turn does."""
        await self._wake.wait()
        taken, self._waiting = self._waiting, []
        if not self._task.done():
            self._wake.clear()
        elif not taken:
            self._task.result()
        return taken

    async def close(self) -> None:
        """End it, wherever it is."""
        self._task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._task

    async def _run(self) -> None:
        try:
            async for event in self._events:
                self._waiting.append(event)
                self._wake.set()
        finally:
            await self._events.aclose()
            self._wake.set()


class Relayed(StreamingResponse):
    """What `lines` makes of the rest of a turn; the turn ends with the response at the latest."""

    def __init__(
        self, relay: Relay, lines: AsyncIterator[bytes], headers: Mapping[str, str]
    ) -> None:
        own = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(lines, headers={**own, **headers}, media_type="text/event-stream")
        self._relay = relay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._relay.close()


async def lines_of(
    relay: Relay, encode: Callable[[list[Event]], bytes], first: bytes = b""
) -> AsyncIterator[bytes]:
    """The rest of a turn, encoded; with a sign of life where nothing happens for long."""
    if first:
        yield first
    while True:
        take = asyncio.ensure_future(relay.take())
        try:
            while not (await asyncio.wait({take}, timeout=QUIET_SECONDS))[0]:
                yield SIGN_OF_LIFE
        finally:
            take.cancel()
        events = take.result()
        if not events:
            return
        yield encode(events)


async def unless_gone(request: Request, work: Awaitable[Result]) -> Result | None:
    """The result, or None as soon as nobody waits for it any more."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
