"""Events of a turn as a response, whole or as the events of its stream.

The values are plain, as those of a chat completion are; tests read them with OpenAI's own types.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import Response

from mosaic_gateway.http.answering import id_of
from mosaic_gateway.http.faults import STATUSES
from mosaic_gateway.http.lines import event_line
from mosaic_gateway.http.openai.errors import failed_response
from mosaic_gateway.http.openai.responses.items import Status, content_of, id_of_item, item
from mosaic_gateway.http.openai.responses.questions import PREFIX
from mosaic_gateway.http.openai.responses.wire import ResponseRequest
from mosaic_gateway.http.parts import Begun, Change, Ended, Grown, Part, Parts, whole
from mosaic_gateway.models.pieces import Finish, Usage
from mosaic_gateway.turns.events import Done, Event, Failed, Route

_CUT: Mapping[Finish, str] = {"length": "max_output_tokens", "content_filter": "content_filter"}
_DELTAS = {
    "text": "response.output_text",
    "thinking": "response.reasoning_text",
    "call": "response.function_call_arguments",
}


class Responses:
    """How a request for a response is answered."""

    def __init__(self, asked: ResponseRequest) -> None:
        self._asked = asked

    def refuse(self, failed: Failed, headers: Mapping[str, str]) -> Response:
        return failed_response(failed, headers)

    def whole(self, route: Route, events: Sequence[Event]) -> dict[str, Any]:
        return _Head(self._asked, route).ended(*whole(events))

    def stream(self, route: Route) -> "ResponseStream":
        return ResponseStream(_Head(self._asked, route))


class _Head:
    """What all states of one response have in common."""

    def __init__(self, asked: ResponseRequest, route: Route) -> None:
        self.id = id_of(route, PREFIX)
        self._made_at = int(time.time())
        self._same = {
            "background": False,
            "instructions": asked.instructions,
            "max_output_tokens": asked.max_output_tokens,
            "metadata": asked.metadata or {},
            "model": route.model,
            "parallel_tool_calls": asked.parallel_tool_calls is not False,
            "previous_response_id": asked.previous_response_id,
            "reasoning": {
                "effort": asked.reasoning.effort if asked.reasoning else None,
                "summary": None,
            },
            "store": route.turn is not None,
            "temperature": asked.temperature,
            "text": {"format": _format(asked)},
            "tool_choice": _choice(asked),
            "tools": [each.model_dump() for each in asked.tools or ()],
            "top_p": asked.top_p,
            "truncation": "disabled",
        }

    def ended(self, parts: Parts, end: Done | Failed) -> dict[str, Any]:
        """The response when it is whole, or cut where it had to be, or when no more comes."""
        if isinstance(end, Failed):
            return self._failed(parts, end)
        why = _CUT.get(end.finish)
        if why is None:
            return self.state("completed", [self.item(each) for each in parts.all], parts.usage)
        found = self.state("incomplete", self._cut(parts), parts.usage)
        return {**found, "incomplete_details": {"reason": why}}

    def _failed(self, parts: Parts, failed: Failed) -> dict[str, Any]:
        # OpenAI's types have no others that fit.
        code = "rate_limit_exceeded" if STATUSES[failed.fault] == 429 else "server_error"
        found = self.state("failed", self._cut(parts))
        return {**found, "error": {"code": code, "message": failed.message}}

    def _cut(self, parts: Parts) -> list[dict[str, Any]]:
        """The items, of which the last is not whole."""
        last = len(parts.all) - 1
        return [
            self.item(part, "incomplete" if part.number == last else "completed")
            for part in parts.all
        ]

    def state(
        self, status: str, output: Sequence[Mapping[str, Any]] = (), usage: Usage | None = None
    ) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "response",
            "created_at": self._made_at,
            "status": status,
            "completed_at": int(time.time()) if status == "completed" else None,
            "error": None,
            "incomplete_details": None,
            **self._same,
            "output": list(output),
            "usage": _usage(usage) if usage else None,
        }

    def item(self, part: Part, status: Status = "completed") -> dict[str, Any]:
        return item(self.id, part, status)


class ResponseStream:
    """The stream of one response; its events are numbered."""

    def __init__(self, head: _Head) -> None:
        self._head = head
        self._parts = Parts()
        self._number = 0

    def begin(self) -> bytes:
        state = self._head.state("in_progress")
        names = ("response.created", "response.in_progress")
        return b"".join(self._line(name, response=state) for name in names)

    def encode(self, events: Iterable[Event]) -> bytes:
        return b"".join(line for event in events for line in self._lines(event))

    def _lines(self, event: Event) -> Iterator[bytes]:
        parts = self._parts
        is_cut = isinstance(event, Done) and event.finish in _CUT
        for change in parts.take(event):
            is_last = change.part is parts.all[-1]
            yield from self._changed(change, "incomplete" if is_cut and is_last else "completed")
        if isinstance(event, Done | Failed):
            state = self._head.ended(parts, event)
            yield self._line(f"response.{state['status']}", response=state)

    def _changed(self, change: Change, status: Status) -> Iterator[bytes]:
        part = change.part
        place: dict[str, Any] = {"output_index": part.number}
        at: dict[str, Any] = {**place, "item_id": id_of_item(self._head.id, part)}
        if part.kind != "call":
            at["content_index"] = 0
        more: dict[str, Any] = {"logprobs": []} if part.kind == "text" else {}
        name = _DELTAS[part.kind]
        match change:
            case Begun():
                begun = self._head.item(part, "in_progress")
                yield self._line("response.output_item.added", **place, item=begun)
                if part.kind != "call":
                    empty = content_of(part, is_empty=True)
                    yield self._line("response.content_part.added", **at, part=empty)
            case Grown(text=text):
                yield self._line(f"{name}.delta", **at, delta=text, **more)
            case Ended():
                if part.kind == "call":
                    said = {"name": part.name, "arguments": part.text}
                    yield self._line(f"{name}.done", **at, **said)
                else:
                    yield self._line(f"{name}.done", **at, text=part.text, **more)
                    yield self._line("response.content_part.done", **at, part=content_of(part))
                item = self._head.item(part, status)
                yield self._line("response.output_item.done", **place, item=item)

    def _line(self, kind: str, /, **more: Any) -> bytes:
        number, self._number = self._number, self._number + 1
        return event_line({"type": kind, "sequence_number": number, **more})


def _format(asked: ResponseRequest) -> dict[str, Any]:
    wanted = asked.text.format if asked.text else None
    if wanted is None or wanted.type != "json_schema":
        return {"type": wanted.type if wanted else "text"}
    return wanted.model_dump(by_alias=True)


def _choice(asked: ResponseRequest) -> str | dict[str, Any]:
    chosen = asked.tool_choice
    return (chosen or "auto") if chosen is None or isinstance(chosen, str) else chosen.model_dump()


def _usage(usage: Usage) -> dict[str, Any]:
    """What is written to a provider's cache, and what is thought, is not told apart."""
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input + usage.output,
    }
