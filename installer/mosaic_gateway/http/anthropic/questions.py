"""A message to Anthropic as a question of ours."""

import json
from collections.abc import Iterable, Sequence

from mosaic_gateway.http.anthropic.wire import (
    Block,
    CallBlock,
    CountRequest,
    MessageParam,
    PictureBlock,
    PictureSource,
    ResultBlock,
    Shown,
    TextBlock,
    ToolParam,
)
from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.models.messages import (
    Effort,
    Format,
    Message,
    Picture,
    Role,
    Tool,
    ToolCall,
    ToolChoice,
    Wish,
)
from mosaic_gateway.models.thinking import effort_of
from mosaic_gateway.turns.question import Question

_CHOICES: dict[str, ToolChoice] = {"auto": "auto", "any": "required", "none": "none"}


def question_in(asked: CountRequest) -> Question:
    """What is asked; raises BadRequestError. What is the `system`'s is told and not kept."""
    for name in ("mcp_servers", "container"):
        if getattr(asked, name):
            raise BadRequestError(f"`{name}` is not supported; only Anthropic has it", name)
    messages: list[Message] = []
    for number, message in enumerate(asked.messages):
        messages += _messages(message, f"messages.{number}.content")
    return Question(
        messages,
        model=asked.model,
        wish=_wish(asked),
        is_kept=asked.store is not False,
        instructions="\n\n".join(each.text for each in asked.system or ()),
    )


def _messages(message: MessageParam, where: str) -> Iterable[Message]:
    if message.role == "assistant":
        return [_answer(message.content, where)]
    return _said(message, where)


def _answer(blocks: Sequence[Block], where: str) -> Message:
    """An earlier answer; its thoughts are not kept."""
    texts, calls = [], []
    for block in blocks:
        match block:
            case TextBlock(text=text):
                texts.append(text)
            case CallBlock():
                calls.append(ToolCall(block.id, block.name, json.dumps(block.input)))
            case PictureBlock() | ResultBlock():
                raise BadRequestError(
                    "an assistant message cannot contain pictures or results", where
                )
    text = "".join(texts)
    return Message("assistant", (text,) if text else (), tuple(calls))


def _said(message: MessageParam, where: str) -> Iterable[Message]:
    """What tools gave, each a message of its own, and what is said besides."""
    content: list[str | Picture] = []
    for block in message.content:
        match block:
            case ResultBlock():
                if content:
                    yield Message(_role(message), tuple(content))
                    content = []
                shown = tuple(_shown(each, where) for each in block.content or ())
                yield Message("tool", shown, answers=block.tool_use_id)
            case TextBlock() | PictureBlock():
                content.append(_shown(block, where))
            case _:
                raise BadRequestError(
                    "only assistant messages can contain calls of tools and thoughts", where
                )
    if content:
        yield Message(_role(message), tuple(content))


def _role(message: MessageParam) -> Role:
    return "system" if message.role == "system" else "user"


def _shown(block: Shown, where: str) -> str | Picture:
    return block.text if isinstance(block, TextBlock) else Picture(_url(block.source, where))


def _url(source: PictureSource, where: str) -> str:
    if source.type == "base64" and source.data and source.media_type.startswith("image/"):
        return f"data:{source.media_type};base64,{source.data}"
    if source.type == "url" and source.url.startswith(("https://", "http://")):
        return source.url
    what = "the `source` of a picture must be `base64`, with `media_type` and `data`, or a `url`"
    raise BadRequestError(what, where)


def _wish(asked: CountRequest) -> Wish:
    config, choice = asked.output_config, asked.tool_choice
    is_single = choice is not None and choice.disable_parallel_tool_use
    return Wish(
        tools=tuple(_tool(each, number) for number, each in enumerate(asked.tools or ())),
        tool_choice=_choice(asked),
        parallel_tools=False if is_single else None,
        format=Format("answer", config.format.schema_) if config and config.format else None,
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        stop=tuple(asked.stop_sequences or ()),
        thinking=_thinking(asked),
    )


def _thinking(asked: CountRequest) -> bool | Effort | None:
    """How much, the effort says, or else the number of tokens that may be spent on it."""
    wanted = asked.thinking
    if wanted is not None and wanted.type == "disabled":
        return False
    if asked.output_config is not None and asked.output_config.effort is not None:
        return asked.output_config.effort
    if wanted is None or wanted.budget_tokens is None:
        return None if wanted is None else True
    return effort_of(wanted.budget_tokens)


def _tool(tool: ToolParam, number: int) -> Tool:
    if tool.type not in {None, "custom"}:
        what = "this type of tool is not supported; only `custom` tools, which the client runs, are"
        raise BadRequestError(what, f"tools.{number}")
    empty = {"type": "object", "properties": {}}
    return Tool(tool.name, tool.description, tool.input_schema or empty)


def _choice(asked: CountRequest) -> ToolChoice:
    chosen = asked.tool_choice
    if chosen is None or chosen.type != "tool":
        return _CHOICES[chosen.type] if chosen else "auto"
    if chosen.name is None or chosen.name not in {each.name for each in asked.tools or ()}:
        raise BadRequestError("this tool is not among `tools`", "tool_choice")
    return (chosen.name,)
