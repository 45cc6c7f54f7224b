"""The body of a chat completion, as clients send it; what we do not know is passed over.

https://developers.openai.com/api/reference/resources/chat
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from mosaic_gateway.http.lenient import Lenient


class TextPart(Lenient):
    """A part of a message that is text."""

    type: Literal["text"]
    text: str


class RefusalPart(Lenient):
    """A part in which an earlier answer refused to answer."""

    type: Literal["refusal"]
    refusal: str


class PictureUrl(Lenient):
    """Where a picture is, or the picture itself."""

    url: str
    detail: str | None = None


class PicturePart(Lenient):
    """A part of a message that is a picture."""

    type: Literal["image_url"]
    image_url: PictureUrl


Part = Annotated[TextPart | RefusalPart | PicturePart, Field(discriminator="type")]


class CalledFunction(Lenient):
    """What a model wants of a tool."""

    name: str
    arguments: str = "{}"


class Call(Lenient):
    """A call of a tool."""

    id: str
    type: Literal["function"] = "function"
    function: CalledFunction


class ChatMessage(Lenient):
    """A message of the conversation."""

    role: Literal["developer", "system", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None


class Function(Lenient):
    """A tool of the client's."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolParam(Lenient):
    """A tool in the list."""

    type: Literal["function"]
    function: Function


class NamedFunction(Lenient):
    """A tool, by its name."""

    name: str


class NamedTool(Lenient):
    """The one tool that is to be used."""

    type: Literal["function"]
    function: NamedFunction


class Schema(Lenient):
    """A JSON Schema that the answer follows."""

    name: str = "answer"
    description: str | None = None
    schema_: dict[str, Any] = Field(alias="schema", default_factory=dict)
    strict: bool | None = None


class AnswerFormat(Lenient):
    """How the answer looks."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None


class StreamOptions(Lenient):
    """What a stream contains."""

    include_usage: bool = False


WireEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a model that can think is to think before it answers."""


class ChatRequest(Lenient):
    """What is asked."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    tools: list[ToolParam] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    response_format: AnswerFormat | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    stop: str | list[str] | None = None
    reasoning_effort: WireEffort | None = None
    n: Literal[1] | None = None
    store: bool | None = None
