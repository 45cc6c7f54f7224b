"""A turn as a message of Anthropic's and as the events of its stream, read with their own types."""

import json
from typing import Any

import pytest
from anthropic.types import Message as TheirMessage
from anthropic.types import RawMessageStreamEvent
from pydantic import TypeAdapter
from pydantic_ai.profiles.anthropic import ANTHROPIC_THINKING_BUDGET_MAP

from mosaic_gateway.http.answering import NotAnAnswerError
from mosaic_gateway.http.anthropic.answers import Messages
from mosaic_gateway.http.anthropic.questions import question_in
from mosaic_gateway.http.anthropic.wire import MessagesRequest
from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.models.messages import Format, Message, Picture, ToolCall
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.turns.events import Done, Event, Failed, Route
from mosaic_gateway.turns.kept import digest

pytestmark = pytest.mark.unit

ROUTE = Route("c", "01234567-89ab-cdef-0123-456789abcdef", "ollama/any", "research", "why")
THINK = {"thinking": {"type": "enabled", "budget_tokens": 2048}}
TOOL = {"name": "clock", "input_schema": {"type": "object"}}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}
CALL = [
    ToolPiece(0, "call_1", "clock", '{"at": ', is_first=True),
    ToolPiece(0, "call_1", "clock", '"noon"}', is_first=False),
]
SAID: list[Event] = [Thinking("Hm."), Text("half "), Text("text"), *CALL, Usage(7, 5, 3)]
EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)


def asked(**body: Any) -> MessagesRequest:
    given = {"model": "mosaic", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi."}]}
    return MessagesRequest.model_validate(given | body)


def streamed(*events: Event, **body: Any) -> list[dict[str, Any]]:
    """The events, each checked against its type."""
    stream = Messages(asked(**body)).stream(ROUTE)
    blocks = (stream.begin() + stream.encode(events)).decode().split("\n\n")
    found = []
    for name, data in (block.split("\n") for block in blocks if block):
        value = json.loads(data.removeprefix("data: "))
        assert name == f"event: {value['type']}"
        if value["type"] != "error":
            EVENT.validate_python(value, strict=True)
        found.append(value)
    return found


def test_the_events_of_a_stream() -> None:
    found = streamed(*SAID, Done("tool_calls"), **THINK)
    kinds = [(each["type"].removeprefix("content_block_"), each.get("index")) for each in found]
    assert kinds == [
        ("message_start", None),
        ("start", 0),
        ("delta", 0),
        ("stop", 0),
        ("start", 1),
        ("delta", 1),
        ("delta", 1),
        ("stop", 1),
        ("start", 2),
        ("delta", 2),
        ("delta", 2),
        ("stop", 2),
        ("message_delta", None),
        ("message_stop", None),
    ]
    assert found[-2]["delta"] == {"stop_reason": "tool_use", "stop_sequence": None}
    # What came out of the cache is counted apart.
    assert found[-2]["usage"]["input_tokens"] == 4
    assert found[-2]["usage"]["cache_read_input_tokens"] == 3


def test_a_whole_message() -> None:
    body = Messages(asked(**THINK)).whole(ROUTE, [*SAID, Done("tool_calls")])
    message = TheirMessage.model_validate(body, strict=True)
    assert (message.id, message.model) == ("msg_0123456789abcdef0123456789abcdef", "ollama/any")
    assert [each.type for each in message.content] == ["thinking", "text", "tool_use"]
    assert body["content"][-1]["input"] == {"at": "noon"}


def test_thoughts_are_told_to_who_asks_for_them() -> None:
    assert "thinking" not in {
        each["type"] for each in Messages(asked()).whole(ROUTE, SAID)["content"]
    }
    starts = [each for each in streamed(*SAID) if each["type"] == "content_block_start"]
    assert [each["index"] for each in starts] == [0, 1]
    off = Messages(asked(thinking={"type": "disabled"})).whole(ROUTE, SAID)
    assert [each["type"] for each in off["content"]] == ["text", "tool_use"]


@pytest.mark.parametrize("arguments", ["no {JSON", "[]", "NaN", '{"a": NaN}', "", "[" * 20_000])
def test_arguments_that_are_no_object_are_said_to_be_none(arguments: str) -> None:
    call = ToolPiece(0, "call_1", "clock", arguments, is_first=True)
    with pytest.raises(NotAnAnswerError, match="not a JSON object"):
        Messages(asked()).whole(ROUTE, [call, Done("tool_calls")])
    *_, stop, last = streamed(call, Done("tool_calls"))
    assert (stop["type"], last["type"], last["error"]["type"]) == (
        "content_block_stop",
        "error",
        "api_error",
    )


def test_arguments_that_were_cut_are_said_to_be_cut() -> None:
    events: list[Event] = [CALL[0], Done("length")]
    whole = Messages(asked()).whole(ROUTE, events)
    assert (whole["content"][0]["input"], whole["stop_reason"]) == ({}, "max_tokens")
    assert streamed(*events)[-1]["type"] == "message_stop"


def test_an_error_in_the_middle() -> None:
    last = streamed(Text("half"), Failed("overloaded", "later"))[-1]
    error = {"type": "overloaded_error", "message": "later"}
    assert last == {"type": "error", "error": error}


def test_blocks_become_messages_as_they_were_kept() -> None:
    use = {"type": "tool_use", "id": "1", "name": "clock", "input": {"b": 1, "a": "ä"}}
    result = {"type": "tool_result", "tool_use_id": "1", "is_error": False}
    messages = [
        {
            "role": "user",
            "content": [{"type": "text", "text": "Time?", "cache_control": {}}, PICTURE],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": ""},
                {"type": "text", "text": "Let me"},
                {"type": "text", "text": " look."},
                use,
            ],
        },
        {
            "role": "user",
            "content": [{**result, "content": [PICTURE]}, {"type": "text", "text": "Well?"}],
        },
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [{**result, "content": "nine"}, {**result}]},
    ]
    question = question_in(asked(messages=messages, system=[{"type": "text", "text": "Be kind."}]))
    picture = Picture("data:image/png;base64,AA==")
    call = ToolCall("1", "clock", '{"b": 1, "a": "\\u00e4"}')
    assert question.messages == [
        Message("user", ("Time?", picture)),
        Message("assistant", ("Let me look.",), (call,)),
        Message("tool", (picture,), answers="1"),
        Message("user", ("Well?",)),
        Message("assistant", (), (call,)),
        Message("tool", ("nine",), answers="1"),
        Message("tool", (), answers="1"),
    ]
    assert question.instructions == "Be kind."
    # As the model wrote it, which is what was kept.
    kept = Message("assistant", (), (ToolCall("1", "clock", '{"a":"ä","b":1}'),))
    assert digest([question.messages[4]]) == digest([kept])


def test_what_is_wished_for() -> None:
    schema = {"type": "json_schema", "schema": {"type": "object"}}
    wish = question_in(
        asked(
            tools=[TOOL],
            tool_choice={"type": "tool", "name": "clock", "disable_parallel_tool_use": True},
            output_config={"effort": "low", "format": schema},
            stop_sequences=["END"],
            **THINK,
        )
    ).wish
    assert (wish.tool_choice, wish.parallel_tools, wish.max_tokens) == (("clock",), False, 9)
    assert (wish.thinking, wish.stop) == ("low", ("END",))
    assert wish.format == Format("answer", {"type": "object"})
    assert question_in(asked(tool_choice={"type": "any"})).wish.tool_choice == "required"
    adaptive = {"type": "adaptive"}
    assert question_in(asked(thinking=adaptive)).wish.thinking is True
    assert question_in(asked(thinking={"type": "disabled"})).wish.thinking is False


def said_by(role: str, block: object) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": [block]}]}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"tools": [TOOL, {"type": "web_search_20250305", "name": "web_search"}]}, "tools.1"),
        ({"tool_choice": {"type": "tool", "name": "none"}}, "tool_choice"),
        ({"mcp_servers": [{"url": "https://mcp.example"}]}, "mcp_servers"),
        ({"container": "c"}, "container"),
        (said_by("assistant", PICTURE), "messages.0.content"),
        (said_by("user", {"type": "tool_use", "id": "1", "name": "clock"}), "messages.0.content"),
        (
            said_by("user", {"type": "image", "source": {"type": "file", "file_id": "f"}}),
            "messages.0.content",
        ),
        (
            said_by("user", {"type": "image", "source": {"type": "url", "url": "file:///etc"}}),
            "messages.0.content",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(body: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        question_in(asked(**body))
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("tokens", "effort"),
    [(1, "minimal"), (1024, "minimal"), (2048, "low"), (9_999, "low"), (32_000, "high")],
)
def test_a_number_of_tokens_to_think_with_is_an_effort_that_takes_no_more(
    tokens: int, effort: str
) -> None:
    thinking = {"type": "enabled", "budget_tokens": tokens}
    found = question_in(asked(thinking=thinking)).wish.thinking
    assert found == effort
    assert ANTHROPIC_THINKING_BUDGET_MAP[found] <= max(tokens, 1024)
