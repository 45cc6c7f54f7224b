"""Our messages as pydantic-ai's, and its events as our pieces.

Imported by the thread that loads the clients, as they are.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Literal, cast

from pydantic_ai.messages import (
    BinaryContent,
    ImageUrl,
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolCallPartDelta,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters, StreamedResponse
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from mosaic_gateway.models.messages import ANY_OBJECT, Message, Picture, Wish
from mosaic_gateway.models.pieces import (
    End,
    Finish,
    ModelError,
    Piece,
    Text,
    Thinking,
    ToolPiece,
    Usage,
)

_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "tool_call": "tool_calls",
}
CUT = "the provider broke its answer off"


def to_history(messages: Sequence[Message]) -> list[ModelMessage]:
    """The conversation; what several messages in a row say to the model becomes one request."""
    names = {call.id: call.name for message in messages for call in message.calls}
    found: list[ModelMessage] = []
    for message in messages:
        if message.role == "assistant":
            if answer := _answer(message):
                found.append(ModelResponse(parts=answer))
            continue
        part = _request_part(message, names)
        last = found[-1] if found else None
        if isinstance(last, ModelRequest):
            cast("list[ModelRequestPart]", last.parts).append(part)
        else:
            found.append(ModelRequest(parts=[part]))
    return found


def to_parameters(wish: Wish) -> ModelRequestParameters:
    """The client's tools and format; the tools are used by the client, never by us."""
    tools = [
        ToolDefinition(
            name=tool.name,
            description=tool.description,
            parameters_json_schema=dict(tool.parameters),
            strict=tool.strict,
            kind="external",
        )
        for tool in wish.tools
    ]
    if wish.format is None:
        return ModelRequestParameters(function_tools=tools)
    shape = OutputObjectDefinition(
        json_schema=dict(wish.format.schema),
        name=wish.format.name,
        description=wish.format.description,
        strict=wish.format.strict,
    )
    # Where a provider has no mode for JSON of any kind, it is asked for in words.
    mode: Literal["prompted", "native"] = "prompted" if wish.format is ANY_OBJECT else "native"
    return ModelRequestParameters(function_tools=tools, output_mode=mode, output_object=shape)


def to_settings(wish: Wish) -> ModelSettings:
    """How to answer; what is left to the model is left out."""
    wanted: dict[str, Any] = {
        "max_tokens": wish.max_tokens,
        "temperature": wish.temperature,
        "top_p": wish.top_p,
        "seed": wish.seed,
        "presence_penalty": wish.presence_penalty,
        "frequency_penalty": wish.frequency_penalty,
        "stop_sequences": list(wish.stop) or None,
        "thinking": wish.thinking,
    }
    if wish.tools:
        choice = wish.tool_choice
        wanted["tool_choice"] = list(choice) if isinstance(choice, tuple) else choice
        wanted["parallel_tool_calls"] = wish.parallel_tools
    settings = {name: value for name, value in wanted.items() if value is not None}
    return cast("ModelSettings", settings)


async def to_pieces(stream: StreamedResponse) -> AsyncIterator[Piece]:
    """What comes, as it comes; raises ModelError where it does not come to an end."""
    calls: dict[int, _Call] = {}
    async for event in stream:
        for piece in _pieces(event, calls):
            yield piece
    usage = stream.usage
    yield Usage(usage.input_tokens, usage.output_tokens, usage.cache_read_tokens)
    finish = _FINISHES.get(stream.finish_reason or "")
    if finish is None or stream.get().state == "incomplete":
        raise ModelError("broken", CUT)
    yield End("tool_calls" if calls and finish == "stop" else finish)


class _Call:
    """A call of a tool that is being told, and how much of its arguments was passed on."""

    def __init__(self, index: int, part: ToolCallPart) -> None:
        self.index, self.part, self.has_arguments = index, part, False

    def piece(self, arguments: str, *, is_first: bool = False) -> ToolPiece:
        self.has_arguments = self.has_arguments or bool(arguments)
        part = self.part
        return ToolPiece(self.index, part.tool_call_id, part.tool_name, arguments, is_first)


def _pieces(event: ModelResponseStreamEvent, calls: dict[int, _Call]) -> Iterator[Piece]:
    match event:
        case PartStartEvent(part=TextPart(content=text)):
            yield from _said(Text, text)
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            yield from _said(Text, text)
        case PartStartEvent(part=ThinkingPart(content=text)):
            yield from _said(Thinking, text)
        case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=thought)):
            yield from _said(Thinking, thought)
        case _:
            yield from _call_pieces(event, calls)


def _said(kind: type[Text | Thinking], text: str | None) -> Iterator[Piece]:
    if text:
        yield kind(text)


def _call_pieces(event: ModelResponseStreamEvent, calls: dict[int, _Call]) -> Iterator[Piece]:
    match event:
        case PartStartEvent(index=index, part=ToolCallPart() as part):
            call = calls[index] = _Call(len(calls), part)
            yield call.piece(_arguments(part.args), is_first=True)
        case PartDeltaEvent(index=index, delta=ToolCallPartDelta(args_delta=told)) if told:
            yield calls[index].piece(_arguments(told))
        case PartEndEvent(index=index, part=ToolCallPart()) if not calls[index].has_arguments:
            yield calls[index].piece("{}")  # clients read it as JSON


def _arguments(told: str | dict[str, Any] | None) -> str:
    return json.dumps(told) if isinstance(told, dict) and told else str(told or "")


def _answer(message: Message) -> list[ModelResponsePart]:
    text = message.text
    parts: list[ModelResponsePart] = [TextPart(content=text)] if text else []
    return parts + [
        ToolCallPart(tool_name=call.name, args=call.arguments, tool_call_id=call.id)
        for call in message.calls
    ]


def _request_part(message: Message, names: dict[str, str]) -> ModelRequestPart:
    match message.role:
        case "system":
            return SystemPromptPart(content=message.text)
        case "tool":
            call, is_text = (
                message.answers or "",
                all(isinstance(each, str) for each in message.content),
            )
            shown: Any = message.text if is_text else [_content(part) for part in message.content]
            return ToolReturnPart(
                tool_name=names.get(call, "tool"), content=shown, tool_call_id=call
            )
        case _:
            is_text = len(message.content) == 1 and isinstance(message.content[0], str)
            return UserPromptPart(
                content=message.text if is_text else [_content(part) for part in message.content]
            )


def _content(part: str | Picture) -> UserContent:
    if isinstance(part, str):
        return part
    detail = {"detail": part.detail} if part.detail else None
    if not part.url.startswith("data:"):
        return ImageUrl(url=part.url, vendor_metadata=detail)
    picture = BinaryContent.from_data_uri(part.url)
    picture.vendor_metadata = detail
    return picture
