"""Answers a question whole or as a stream, in the manner of whichever surface was asked."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import Any, Protocol
from uuid import uuid4

from fastapi import Request, Response

from mosaic_gateway.http.lines import in_ascii
from mosaic_gateway.http.relay import Relay, Relayed, lines_of, unless_gone
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece
from mosaic_gateway.turns.events import Done, Event, Failed, Route

GONE = 499  # for nobody: nginx's word for a client that left


class Stream(Protocol):
    """The stream of one answer."""

    def begin(self) -> bytes:
        """What comes before everything that is said."""

    def encode(self, events: Iterable[Event]) -> bytes:
        """What came together leaves together."""


class Manner(Protocol):
    """How a surface answers one question."""

    def refuse(self, failed: Failed, headers: Mapping[str, str]) -> Response:
        """What became of a turn that said nothing."""

    def whole(self, route: Route, events: Sequence[Event]) -> dict[str, Any]:
        """All the events of a turn that is done; raises NotAnAnswerError."""

    def stream(self, route: Route) -> Stream:
        """The events of a turn, one after the other."""


class NotAnAnswerError(Exception):
    """The surface has no words for what the model said."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.failed = Failed("broken", message)


async def answer(
    request: Request, turn: AsyncGenerator[Event], manner: Manner, *, stream: bool
) -> Response:
    """What a turn tells; the headers say which model answers, and why.

    Raises what Turns.run raises before the first event.
    """
    relay = Relay(turn)
    try:
        response = await _answer(request, relay, manner, is_stream=stream)
    except BaseException:
        await relay.close()
        raise
    if not isinstance(response, Relayed):
        await relay.close()
    return response


def id_of(route: Route, prefix: str) -> str:
    """What a surface calls the answer; that of a turn which is kept is found by it again."""
    return f"{prefix}{(route.turn or str(uuid4())).replace('-', '')}"


def headers_of(route: Route) -> dict[str, str]:
    """Who answers, and why; a header has characters of Latin-1 alone."""
    named = {"model": route.model, "task": route.task, "reason": route.reason}
    if route.conversation is not None:
        named["conversation"] = route.conversation
    if route.agent is not None:
        named["agent"] = route.agent
    return {
        f"x-mosaic-{name}": value.encode("latin-1", "replace").decode("latin-1")
        for name, value in named.items()
    }


async def _answer(request: Request, relay: Relay, manner: Manner, *, is_stream: bool) -> Response:
    """Nothing is sent before something was said: until then, an error is a status."""
    events: list[Event] = []
    is_last = (Done, Failed) if not is_stream else (Done, Failed, Text, Thinking, ToolPiece)
    while not any(isinstance(each, is_last) for each in events):
        taken = await unless_gone(request, relay.take())
        if not taken:
            return Response(status_code=GONE)
        events += taken
    # Who was asked last is who answers; the others failed.
    route = next(each for each in reversed(events) if isinstance(each, Route))
    headers = headers_of(route)
    failed = next((each for each in events if isinstance(each, Failed)), None)
    if failed is not None and not (is_stream and _is_begun(events)):
        return manner.refuse(failed, headers)
    if is_stream:
        stream = manner.stream(route)
        first = stream.begin() + stream.encode(events)
        return Relayed(relay, lines_of(relay, stream.encode, first), headers)
    try:
        whole = in_ascii(manner.whole(route, events))
    except NotAnAnswerError as error:
        return manner.refuse(error.failed, headers)
    return Response(whole, headers=headers, media_type="application/json")


def _is_begun(events: list[Event]) -> bool:
    return any(isinstance(each, (Text, Thinking, ToolPiece)) for each in events)
