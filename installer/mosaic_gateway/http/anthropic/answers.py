"""Events of a turn as a message of Anthropic's, whole or as the events of its stream.

The values are plain, as those of a chat completion are; tests read them with Anthropic's own types.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from fastapi import Response

from mosaic_gateway.http.answering import NotAnAnswerError, id_of
from mosaic_gateway.http.anthropic.errors import failed_body, failed_response
from mosaic_gateway.http.anthropic.wire import MessagesRequest
from mosaic_gateway.http.lines import event_line
from mosaic_gateway.http.parts import Begun, Change, Grown, Part, Parts, whole
from mosaic_gateway.models.pieces import Finish, Thinking, Usage
from mosaic_gateway.routing.decision import shown
from mosaic_gateway.turns.events import Done, Event, Failed, Route

PREFIX = "msg_"

# Which of the `stop_sequences` it was, providers do not tell.
_REASONS: Mapping[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "content_filter": "refusal",
    "tool_calls": "tool_use",
}
_DELTAS = {
    "text": ("text_delta", "text"),
    "thinking": ("thinking_delta", "thinking"),
    "call": ("input_json_delta", "partial_json"),
}


class Messages:
    """How a message is answered; what the model thinks is told only to who asked it to."""

    def __init__(self, asked: MessagesRequest) -> None:
        self._shows_thoughts = asked.thinking is not None and asked.thinking.type != "disabled"

    def refuse(self, failed: Failed, headers: Mapping[str, str]) -> Response:
        return failed_response(failed, headers)

    def whole(self, route: Route, events: Sequence[Event]) -> dict[str, Any]:
        parts, done = whole(each for each in events if self.tells(each))
        content = [_block(each, done.finish) for each in parts.all]
        message = _message(route, content, _REASONS[done.finish])
        return {**message, "usage": _usage(parts.usage)}

    def stream(self, route: Route) -> "MessageStream":
        return MessageStream(self, route)

    def tells(self, event: Event) -> bool:
        """Whether it is for the client."""
        return self._shows_thoughts or not isinstance(event, Thinking)


class MessageStream:
    """The stream of one message."""

    def __init__(self, manner: Messages, route: Route) -> None:
        self._manner = manner
        self._route = route
        self._parts = Parts()

    def begin(self) -> bytes:
        # How many tokens it read, a provider tells at the end.
        message = {**_message(self._route, [], None), "usage": _usage(Usage())}
        return event_line({"type": "message_start", "message": message})

    def encode(self, events: Iterable[Event]) -> bytes:
        return b"".join(line for event in events for line in self._lines(event))

    def _lines(self, event: Event) -> Iterator[bytes]:
        if not self._manner.tells(event):
            return
        for change in self._parts.take(event):
            yield _changed(change)
        match event:
            case Failed():
                yield event_line(failed_body(event))
            case Done(finish=finish):
                yield from self._end(finish)

    def _end(self, finish: Finish) -> Iterator[bytes]:
        try:
            for part in self._parts.all:
                _block(part, finish)
        except NotAnAnswerError as error:
            yield event_line(failed_body(error.failed))
            return
        delta = {"stop_reason": _REASONS[finish], "stop_sequence": None}
        usage = _usage(self._parts.usage)
        yield event_line({"type": "message_delta", "delta": delta, "usage": usage})
        yield event_line({"type": "message_stop"})


def _message(
    route: Route, content: Sequence[Mapping[str, Any]], reason: str | None
) -> dict[str, Any]:
    return {
        "id": id_of(route, PREFIX),
        "type": "message",
        "role": "assistant",
        "model": route.model,
        "content": list(content),
        "stop_reason": reason,
        "stop_sequence": None,
    }


def _changed(change: Change) -> bytes:
    part = change.part
    match change:
        case Begun():
            block = _begun(part)
            return event_line(
                {"type": "content_block_start", "index": part.number, "content_block": block}
            )
        case Grown(text=text):
            kind, name = _DELTAS[part.kind]
            delta = {"type": kind, name: text}
            return event_line({"type": "content_block_delta", "index": part.number, "delta": delta})
        case _:
            return event_line({"type": "content_block_stop", "index": part.number})


def _begun(part: Part) -> dict[str, Any]:
    match part.kind:
        case "text":
            return {"type": "text", "text": ""}
        case "thinking":
            # Nobody signs it: it is not told to the model again.
            return {"type": "thinking", "thinking": "", "signature": ""}
        case "call":
            return {"type": "tool_use", "id": part.call, "name": part.name, "input": {}}


def _block(part: Part, finish: Finish) -> dict[str, Any]:
    """A part when it is whole; raises NotAnAnswerError."""
    begun = _begun(part)
    if part.kind == "call":
        return {**begun, "input": _input(part, finish)}
    return {**begun, part.kind: part.text}


def _input(part: Part, finish: Finish) -> dict[str, Any]:
    """What a tool is called with, which Anthropic's clients get as an object."""
    try:
        found = json.loads(part.text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if finish == "length":
        return {}  # `max_tokens` says that it is not whole
    what = "with arguments that are not a JSON object; try again"
    raise NotAnAnswerError(f"the model called the tool `{shown(part.name)}` {what}")


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _usage(usage: Usage) -> dict[str, int]:
    """Anthropic counts what came out of the cache apart."""
    return {
        "input_tokens": max(0, usage.input - usage.cached),
        "cache_read_input_tokens": usage.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": usage.output,
    }
