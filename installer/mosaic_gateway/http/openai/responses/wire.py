"""The body of a request for a response, as clients send it; what we do not know is passed over.

What OpenAI would do on its own servers is named, so that it can be refused in clear words.
https://developers.openai.com/api/reference/resources/responses
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from mosaic_gateway.http.lenient import Lenient, type_of
from mosaic_gateway.http.openai.wire import WireEffort


def _item_type_of(value: object) -> object:
    """A message may come without its type."""
    found = type_of(value)
    return "message" if found is None and isinstance(value, dict) and "role" in value else found


def _parts(value: object) -> object:
    return [{"type": "input_text", "text": value}] if isinstance(value, str) else value


def _items(value: object) -> object:
    return [{"role": "user", "content": value}] if isinstance(value, str) else value


class TextPart(Lenient):
    """Text, of whoever said it."""

    text: str


class RefusalPart(Lenient):
    """A part in which an earlier answer refused to answer."""

    refusal: str


class PicturePart(Lenient):
    """A picture, by its address or as a `data:` URL."""

    image_url: str | None = None
    detail: str | None = None


Part = Annotated[
    Annotated[TextPart, Tag("input_text")]
    | Annotated[TextPart, Tag("output_text")]
    | Annotated[RefusalPart, Tag("refusal")]
    | Annotated[PicturePart, Tag("input_image")],
    Discriminator(
        type_of,
        custom_error_type="unsupported_part",
        custom_error_message="this type of part is not supported; use `input_text`, "
        "`input_image`, `output_text` or `refusal`",
    ),
]
Content = Annotated[list[Part], BeforeValidator(_parts)]


class MessageItem(Lenient):
    """A message of the conversation."""

    role: Literal["developer", "system", "user", "assistant"]
    content: Content = Field(default=[])


class CallItem(Lenient):
    """A call of a tool, as an earlier answer made it."""

    call_id: str
    name: str
    arguments: str = "{}"


class ResultItem(Lenient):
    """What a tool gave."""

    call_id: str
    output: Content = Field(default=[])


class ThoughtsItem(Lenient):
    """What a model thought, which no other one is told."""


class ReferenceItem(Lenient):
    """An item of an earlier response, which is kept."""

    id: str


Item = Annotated[
    Annotated[MessageItem, Tag("message")]
    | Annotated[CallItem, Tag("function_call")]
    | Annotated[ResultItem, Tag("function_call_output")]
    | Annotated[ThoughtsItem, Tag("reasoning")]
    | Annotated[ReferenceItem, Tag("item_reference")],
    Discriminator(
        _item_type_of,
        custom_error_type="unsupported_item",
        custom_error_message="this type of item is not supported; use `message`, "
        "`function_call`, `function_call_output`, `reasoning` or `item_reference`",
    ),
]


class ToolParam(Lenient):
    """A tool in the list; only those of the type `function` are the client's to run."""

    type: str
    name: str | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class NamedTool(Lenient):
    """The one tool that is to be used."""

    type: str
    name: str | None = None


class AnswerFormat(Lenient):
    """How the answer looks."""

    type: Literal["text", "json_object", "json_schema"]
    name: str = "answer"
    description: str | None = None
    schema_: dict[str, Any] = Field(alias="schema", default_factory=dict)
    strict: bool | None = None


class TextOptions(Lenient):
    """What the text of an answer is like."""

    format: AnswerFormat | None = None


class Reasoning(Lenient):
    """How much a model that can think is to think."""

    effort: WireEffort | None = None


class ResponseRequest(Lenient):
    """What is asked."""

    input: Annotated[list[Item], BeforeValidator(_items)] = Field(min_length=1)
    model: str | None = None
    instructions: str | None = None
    previous_response_id: str | None = None
    store: bool | None = None
    stream: bool | None = False
    tools: list[ToolParam] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    max_output_tokens: int | None = Field(None, ge=1)
    temperature: float | None = None
    top_p: float | None = None
    metadata: dict[str, Any] | None = None
    # What only OpenAI can do, with what it keeps itself.
    background: bool | None = None
    conversation: Any = None
    prompt: Any = None
