"""A body in OpenAI's language as a question of ours."""

from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.http.lenient import PICTURE_SCHEMES
from mosaic_gateway.http.openai.wire import (
    ChatMessage,
    ChatRequest,
    NamedTool,
    PicturePart,
    TextPart,
)
from mosaic_gateway.models.messages import (
    ANY_OBJECT,
    Format,
    Message,
    Picture,
    Role,
    Tool,
    ToolCall,
    ToolChoice,
    Wish,
)
from mosaic_gateway.turns.question import Question

_ROLES: dict[str, Role] = {
    "developer": "system",
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}


def question_in(asked: ChatRequest) -> Question:
    """What is asked; raises BadRequestError. `store: false` asks us to keep nothing of it."""
    messages = [_message(each, number) for number, each in enumerate(asked.messages)]
    return Question(
        messages, model=asked.model, wish=_wish(asked), is_kept=asked.store is not False
    )


def _message(message: ChatMessage, number: int) -> Message:
    if message.role == "tool" and message.tool_call_id is None:
        raise BadRequestError("a tool's message has a `tool_call_id`", f"messages.{number}")
    return Message(
        _ROLES[message.role],
        _content(message, number),
        tuple(
            ToolCall(each.id, each.function.name, each.function.arguments)
            for each in message.tool_calls or ()
        ),
        message.tool_call_id if message.role == "tool" else None,
    )


def _content(message: ChatMessage, number: int) -> tuple[str | Picture, ...]:
    if message.content is None or isinstance(message.content, str):
        return (message.content,) if message.content else ()
    parts: list[str | Picture] = []
    for part in message.content:
        match part:
            case TextPart(text=text):
                parts.append(text)
            case PicturePart(image_url=picture):
                if not picture.url.startswith(PICTURE_SCHEMES):
                    where = f"messages.{number}.content"
                    raise BadRequestError("a picture is an address or a `data:image/…` URL", where)
                parts.append(Picture(picture.url, picture.detail))
            case _:
                parts.append(part.refusal)
    return tuple(parts)


def _wish(asked: ChatRequest) -> Wish:
    tools = [each.function for each in asked.tools or ()]
    stop = [asked.stop] if isinstance(asked.stop, str) else asked.stop or []
    return Wish(
        tools=tuple(
            Tool(
                each.name,
                each.description,
                each.parameters or {"type": "object", "properties": {}},
                each.strict,
            )
            for each in tools
        ),
        tool_choice=_choice(asked),
        parallel_tools=asked.parallel_tool_calls,
        format=_format(asked),
        max_tokens=asked.max_completion_tokens or asked.max_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        seed=asked.seed,
        presence_penalty=asked.presence_penalty,
        frequency_penalty=asked.frequency_penalty,
        stop=tuple(stop),
        thinking=False if asked.reasoning_effort == "none" else asked.reasoning_effort,
    )


def _choice(asked: ChatRequest) -> ToolChoice:
    chosen = asked.tool_choice
    if not isinstance(chosen, NamedTool):
        return chosen or "auto"
    if chosen.function.name not in {each.function.name for each in asked.tools or ()}:
        raise BadRequestError("this tool is not among `tools`", "tool_choice")
    return (chosen.function.name,)


def _format(asked: ChatRequest) -> Format | None:
    if asked.response_format is None or asked.response_format.type == "text":
        return None
    if asked.response_format.type == "json_object":
        return ANY_OBJECT
    wanted = asked.response_format.json_schema
    if wanted is None:
        raise BadRequestError("a format of this type has a `json_schema`", "response_format")
    return Format(wanted.name, wanted.schema_, wanted.description, wanted.strict)
