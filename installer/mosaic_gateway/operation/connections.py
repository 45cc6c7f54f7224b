"""Connections: how long each may keep us waiting, and how many there may be.

Whoever says nothing, or says it byte by byte, is cut off. Where there are too many, the one that
has been silent for longest makes room, so that others are still answered.
"""

import asyncio
import json
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS, BODY_SECONDS = 10.0, 20.0

_UNREADABLE = {"error": {"id": "bad-request", "message": "this is not HTTP/1.1"}}


class TimedProtocol(H11Protocol):
    """HTTP/1.1 with a clock for the head of a request and one for its body."""

    def __init__(self, *arguments: Any, most: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._most = most
        self.awaited: object = None
        self.since = 0.0
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if len(self.connections) > self._most:
            self._longest_silent().give_way()
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP in the shape of all our errors, where an answer is still due."""
        body = json.dumps(_UNREADABLE).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        events = (
            h11.Response(status_code=400, headers=headers),
            h11.Data(body),
            h11.EndOfMessage(),
        )
        try:
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        except h11.LocalProtocolError:
            pass  # in the middle of another answer
        self.transport.close()

    def give_way(self) -> None:
        """Close at once, and be asked no second time before that has happened."""
        self.awaited = h11.CLOSED
        self.transport.abort()

    def _watch(self) -> None:
        """Start the clock of what is awaited now, unless it runs already."""
        awaited = self.conn.their_state
        if awaited is self.awaited or self.transport.is_closing():
            return
        self._stop_clock()
        self.awaited, self.since = awaited, self.loop.time()
        seconds = {h11.IDLE: HEAD_SECONDS, h11.SEND_BODY: BODY_SECONDS}.get(awaited)
        if seconds is not None:
            self._clock = self.loop.call_later(seconds, self.transport.abort)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _longest_silent(self) -> "TimedProtocol":
        """The connection that has waited longest without a request; this one where all are busy."""
        others = (each for each in self.connections if isinstance(each, TimedProtocol))
        silent = [each for each in others if each.awaited is h11.IDLE]
        return min(silent, key=lambda each: each.since, default=self)
