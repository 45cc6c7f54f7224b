"""The body of a message to Anthropic, as clients send it; what we do not know is passed over.

What Anthropic would do on its own servers is named, so that it can be refused in clear words.
https://platform.claude.com/docs/en/api/messages
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from mosaic_gateway.http.lenient import Lenient, type_of


def _blocks(value: object) -> object:
    return [{"type": "text", "text": value}] if isinstance(value, str) else value


class TextBlock(Lenient):
    """Text, of whoever said it."""

    text: str


class PictureSource(Lenient):
    """A picture itself, or its address."""

    type: str
    media_type: str = "image/png"
    data: str = ""
    url: str = ""


class PictureBlock(Lenient):
    """A picture."""

    source: PictureSource


class CallBlock(Lenient):
    """A call of a tool, as an earlier answer made it."""

    id: str
    name: str
    input: dict[str, Any] = Field(default={})


class ThoughtsBlock(Lenient):
    """What a model thought, which no other one is told."""


Shown = Annotated[
    Annotated[TextBlock, Tag("text")] | Annotated[PictureBlock, Tag("image")],
    Discriminator(
        type_of,
        custom_error_type="unsupported_block",
        custom_error_message="a result can contain only `text` and `image` blocks",
    ),
]


class ResultBlock(Lenient):
    """What a tool gave."""

    tool_use_id: str
    content: Annotated[list[Shown] | None, BeforeValidator(_blocks)] = None


Block = Annotated[
    Annotated[TextBlock, Tag("text")]
    | Annotated[PictureBlock, Tag("image")]
    | Annotated[CallBlock, Tag("tool_use")]
    | Annotated[ResultBlock, Tag("tool_result")]
    | Annotated[ThoughtsBlock, Tag("thinking")]
    | Annotated[ThoughtsBlock, Tag("redacted_thinking")],
    Discriminator(
        type_of,
        custom_error_type="unsupported_block",
        custom_error_message="this type of block is not supported; use `text`, `image`, "
        "`tool_use`, `tool_result` or `thinking`",
    ),
]


class MessageParam(Lenient):
    """A message of the conversation."""

    role: Literal["user", "assistant", "system"]
    content: Annotated[list[Block], BeforeValidator(_blocks)]


class ToolParam(Lenient):
    """A tool in the list; one of another type than `custom` is Anthropic's."""

    type: str | None = None
    name: str
    description: str | None = None
    input_schema: dict[str, Any] | None = None


class ToolChoiceParam(Lenient):
    """Which tools may or must be used."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class ThinkingParam(Lenient):
    """Whether to think before answering."""

    type: Literal["enabled", "adaptive", "disabled"]
    budget_tokens: int | None = None


class AnswerFormat(Lenient):
    """A JSON Schema that the answer follows."""

    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema", default_factory=dict)


class OutputConfig(Lenient):
    """How the answer looks, and how much is thought about it."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: AnswerFormat | None = None


class CountRequest(Lenient):
    """What is asked, or is only to be counted; `store`, which only we have, is OpenAI's."""

    model: str
    max_tokens: int | None = None
    messages: list[MessageParam] = Field(min_length=1)
    system: Annotated[list[TextBlock] | None, BeforeValidator(_blocks)] = None
    stream: bool | None = False
    tools: list[ToolParam] | None = None
    tool_choice: ToolChoiceParam | None = None
    thinking: ThinkingParam | None = None
    output_config: OutputConfig | None = None
    stop_sequences: list[str] | None = None
    temperature: float | None = None
    top_p: float | None = None
    store: bool | None = None
    # What only Anthropic can do.
    mcp_servers: list[Any] | None = None
    container: Any = None


class MessagesRequest(CountRequest):
    """What is asked, and is to be answered."""

    max_tokens: int = Field(ge=1)
