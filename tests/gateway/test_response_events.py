"""A turn as a response and as the events of its stream, read with OpenAI's own types."""

import json
from typing import Any

import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.http.openai.responses.answers import Responses
from mosaic_gateway.http.openai.responses.questions import question_in
from mosaic_gateway.http.openai.responses.wire import ResponseRequest
from mosaic_gateway.models.messages import ANY_OBJECT, Format, Message, Picture, ToolCall
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.turns.events import Done, Event, Failed, Route

pytestmark = pytest.mark.unit

ROUTE = Route("c", "01234567-89ab-cdef-0123-456789abcdef", "ollama/any", "research", "why")
TOOL = {"type": "function", "name": "clock", "parameters": {"type": "object"}, "strict": False}
SAID: list[Event] = [
    Thinking("Hm."),
    Text("half \ud800"),
    Text(" text"),
    ToolPiece(0, "call_1", "clock", "", is_first=True),
    ToolPiece(0, "call_1", "clock", "{}", is_first=False),
    Usage(7, 5, 3),
]
EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)


def asked(**body: Any) -> ResponseRequest:
    return ResponseRequest.model_validate({"input": "Hi.", **body})


def streamed(*events: Event, **body: Any) -> list[dict[str, Any]]:
    """The events, each checked against its type."""
    stream = Responses(asked(**body)).stream(ROUTE)
    blocks = (stream.begin() + stream.encode(events)).decode().split("\n\n")
    found = []
    for name, data in (block.split("\n") for block in blocks if block):
        value = json.loads(data.removeprefix("data: "))
        assert name == f"event: {value['type']}"
        readable = json.loads(data.removeprefix("data: ").replace("\\ud800", "?"))
        EVENT.validate_python(readable, strict=True)
        found.append(value)
    assert [each["sequence_number"] for each in found] == list(range(len(found)))
    return found


def test_the_events_of_a_stream() -> None:
    found = streamed(*SAID, Done("tool_calls"), tools=[TOOL], metadata={"a": "b"})
    assert [each["type"].removeprefix("response.") for each in found] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "reasoning_text.delta",
        "reasoning_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    response = found[-1]["response"]
    assert response["output"] == [
        each["item"] for each in found if each["type"] == "response.output_item.done"
    ]
    assert response["output"][1]["content"][0]["text"] == "half \ud800 text"
    assert response["output"][2]["arguments"] == "{}"
    assert response["usage"]["input_tokens_details"]["cached_tokens"] == 3
    assert found[0]["response"]["output"] == []
    assert len({each["response"]["id"] for each in found if "response" in each}) == 1


def test_a_whole_response_is_the_last_of_a_stream() -> None:
    events = [*SAID, Done("tool_calls")]
    last = streamed(*events, tools=[TOOL], instructions="Be brief.")[-1]["response"]
    whole = Responses(asked(tools=[TOOL], instructions="Be brief.")).whole(ROUTE, events)
    moments = {"created_at": 0, "completed_at": 0}
    assert whole | moments == last | moments
    readable = json.loads(json.dumps(whole).replace("\\ud800", "?"))
    response = Response.model_validate(readable, strict=True)
    assert (response.output_text, response.model) == ("half ? text", "ollama/any")
    assert response.id == "resp_0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("end", "status", "details"),
    [
        (Done("length"), "incomplete", {"reason": "max_output_tokens"}),
        (Done("content_filter"), "incomplete", {"reason": "content_filter"}),
        (Failed("rate-limited", "later"), "failed", None),
        (Failed("broken", "cut off"), "failed", None),
    ],
)
def test_an_answer_that_is_cut(end: Done | Failed, status: str, details: object) -> None:
    last = streamed(Text("half"), end)[-1]
    response = last["response"]
    assert last["type"] == f"response.{status}"
    assert (response["status"], response["incomplete_details"]) == (status, details)
    assert [each["status"] for each in response["output"]] == ["incomplete"]
    if isinstance(end, Failed):
        code = "rate_limit_exceeded" if end.fault == "rate-limited" else "server_error"
        assert response["error"] == {"code": code, "message": end.message}


def test_items_become_messages_as_they_were_kept() -> None:
    pixel = "data:image/png;base64,AA=="
    items = [
        {"role": "developer", "content": "Be kind."},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Time?"}]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
        {
            "type": "message",
            "id": "msg_1",
            "status": "completed",
            "role": "assistant",
            "content": [
                {"type": "output_text", "text": "Let me", "annotations": []},
                {"type": "output_text", "text": " look.", "annotations": []},
            ],
        },
        {"type": "function_call", "id": "f", "call_id": "1", "name": "clock", "arguments": "{}"},
        {"type": "function_call", "call_id": "2", "name": "clock", "arguments": "no JSON"},
        {"role": "assistant", "content": " A moment."},
        {"type": "function_call_output", "call_id": "1", "output": "nine"},
        {
            "type": "function_call_output",
            "call_id": "2",
            "output": [{"type": "input_image", "image_url": pixel, "detail": "low"}],
        },
    ]
    calls = (ToolCall("1", "clock", "{}"), ToolCall("2", "clock", "no JSON"))
    assert question_in(asked(input=items)).messages == [
        Message("system", ("Be kind.",)),
        Message("user", ("Time?",)),
        Message("assistant", ("Let me look. A moment.",), calls),
        Message("tool", ("nine",), answers="1"),
        Message("tool", (Picture(pixel, "low"),), answers="2"),
    ]


def test_what_is_wished_for() -> None:
    schema = {"type": "json_schema", "name": "a", "schema": {"type": "object"}, "strict": True}
    question = question_in(
        asked(
            tools=[TOOL],
            tool_choice={"type": "function", "name": "clock"},
            text={"format": schema},
            reasoning={"effort": "high", "summary": "auto"},
            max_output_tokens=9,
            store=False,
            instructions="Be brief.",
        )
    )
    wish = question.wish
    assert (wish.tool_choice, wish.thinking, wish.max_tokens) == (("clock",), "high", 9)
    assert wish.format == Format("a", {"type": "object"}, None, strict=True)
    assert (question.is_kept, question.instructions) == (False, "Be brief.")
    anything = question_in(asked(text={"format": {"type": "json_object"}}))
    assert (anything.wish.format, anything.wish.thinking) == (ANY_OBJECT, None)
    assert question_in(asked(reasoning={"effort": "none"})).wish.thinking is False


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({"tools": [TOOL, {"type": "web_search"}]}, "tools.1", "only `function` tools"),
        ({"tools": [{"type": "function"}]}, "tools.0", "name"),
        ({"tool_choice": {"type": "web_search"}}, "tool_choice", "not among"),
        ({"background": True}, "background", "only OpenAI"),
        ({"conversation": "conv_1"}, "conversation", "only OpenAI"),
        ({"prompt": {"id": "p"}}, "prompt", "only OpenAI"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]},
            "input.0",
            "address",
        ),
    ],
)
def test_what_only_openai_has_is_refused_in_words(
    body: dict[str, Any], param: str, words: str
) -> None:
    with pytest.raises(BadRequestError, match=words) as refused:
        question_in(asked(**body))
    assert refused.value.param == param
