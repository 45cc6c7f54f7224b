"""The body of a chat completion, as clients send it; what we do not know is passed over.

https://developers.openai.com/api/reference/resources/chat
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class TextPart(_Wire):
    """A part of a message that is text."""

    type: Literal["text"]
    text: str


class RefusalPart(_Wire):
    """A part in which an earlier answer refused to answer."""

    type: Literal["refusal"]
    refusal: str


class PictureUrl(_Wire):
    """Where a picture is, or the picture itself."""

    url: str
    detail: str | None = None


class PicturePart(_Wire):
    """A part of a message that is a picture."""

    type: Literal["image_url"]
    image_url: PictureUrl


Part = Annotated[TextPart | RefusalPart | PicturePart, Field(discriminator="type")]


class CalledFunction(_Wire):
    """What a model wants of a tool."""

    name: str
    arguments: str = "{}"


class Call(_Wire):
    """A call of a tool."""

    id: str
    type: Literal["function"] = "function"
    function: CalledFunction


class ChatMessage(_Wire):
    """A message of the conversation."""

    role: Literal["developer", "system", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: str | None = None


class Function(_Wire):
    """A tool of the client's."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolParam(_Wire):
    """A tool in the list."""

    type: Literal["function"]
    function: Function


class NamedFunction(_Wire):
    """A tool, by its name."""

    name: str


class NamedTool(_Wire):
    """The one tool that is to be used."""

    type: Literal["function"]
    function: NamedFunction


class Schema(_Wire):
    """A JSON Schema that the answer follows."""

    name: str = "answer"
    description: str | None = None
    schema_: dict[str, Any] = Field(alias="schema", default_factory=dict)
    strict: bool | None = None


class AnswerFormat(_Wire):
    """How the answer looks."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: Schema | None = None


class StreamOptions(_Wire):
    """What a stream contains."""

    include_usage: bool = False


class ChatRequest(_Wire):
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
    n: Literal[1] | None = None
    store: bool | None = None
