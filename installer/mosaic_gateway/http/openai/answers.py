"""Events of a turn as a chat completion, whole or in chunks.

The values are plain, because importing OpenAI's own types takes longer than a start may; tests
read every answer with them.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from mosaic_gateway.http.lines import data_line
from mosaic_gateway.http.openai.errors import failed_body
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.turns.events import Done, Event, Failed, Route
from mosaic_gateway.turns.kept import Answer

END = b"data: [DONE]\n\n"


class Chunks:
    """The stream of one answer: one id and one moment in all of it, the role only at first."""

    def __init__(self, answer_id: str, route: Route, *, with_usage: bool) -> None:
        self._head: dict[str, Any] = {
            "id": answer_id,
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": route.model,
        }
        self._with_usage = with_usage
        self._usage = Usage()

    def begin(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def encode(self, events: Iterable[Event]) -> bytes:
        """What came together leaves together."""
        return b"".join(line for event in events for line in self._lines(event))

    def _lines(self, event: Event) -> Iterator[bytes]:
        match event:
            case Text(text=text):
                yield self._chunk({"content": text})
            case Thinking(text=text):
                # Not OpenAI's, but what those say who show it at all.
                yield self._chunk({"reasoning_content": text})
            case ToolPiece():
                yield self._chunk({"tool_calls": [_call_piece(event)]})
            case Usage():
                self._usage = event
            case Failed():
                yield data_line(failed_body(event))
            case Done(finish=finish):
                yield self._chunk({}, finish)
                if self._with_usage:
                    yield data_line({**self._head, "choices": [], "usage": _usage(self._usage)})
                yield END

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage: dict[str, Any] = {"usage": None} if self._with_usage else {}
        return data_line({**self._head, "choices": [choice], **usage})


def completion(answer_id: str, route: Route, events: Iterable[Event]) -> dict[str, Any]:
    """The answer as a whole, of all the events of a turn that is done."""
    answer, finish = Answer(), "stop"
    for event in events:
        match event:
            case Done():
                finish = event.finish
            case Text() | ToolPiece() | Usage():
                answer.add(event)
    said = answer.message()
    message: dict[str, Any] = {
        "role": "assistant",
        "content": (said.text or None) if said else "",
        "refusal": None,
    }
    if said and said.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in said.calls
        ]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return {
        "id": answer_id,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": route.model,
        "choices": [choice],
        "usage": _usage(answer.usage or Usage()),
    }


def _call_piece(piece: ToolPiece) -> dict[str, Any]:
    if not piece.is_first:
        return {"index": piece.index, "function": {"arguments": piece.arguments}}
    return {
        "index": piece.index,
        "id": piece.id,
        "type": "function",
        "function": {"name": piece.name, "arguments": piece.arguments},
    }


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }
