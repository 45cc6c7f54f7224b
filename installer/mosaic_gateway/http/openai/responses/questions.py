"""A request for a response as a question of ours."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.http.lenient import PICTURE_SCHEMES
from mosaic_gateway.http.openai.responses.wire import (
    CallItem,
    Content,
    MessageItem,
    NamedTool,
    PicturePart,
    ReferenceItem,
    RefusalPart,
    ResponseRequest,
    ResultItem,
    TextPart,
    ToolParam,
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

PREFIX = "resp_"

_ROLES: dict[str, Role] = {"developer": "system", "system": "system", "user": "user"}
_ID = re.compile(f"{PREFIX}([0-9a-f]{{32}})", re.ASCII)
# As `items.py` makes them.
_ITEM = re.compile("msg_([0-9a-f]{32})[0-9a-f]{4}", re.ASCII)
_THOUGHTS = "rs_"

NOBODYS: Mapping[str, str] = {}


def question_in(asked: ResponseRequest, said: Mapping[str, str] = NOBODYS) -> Question:
    """What is asked; raises BadRequestError. `store: false` asks us to keep nothing of it.

    `said` is what was said in the turns that are referred to, by their ids.
    """
    for name in ("background", "conversation", "prompt"):
        if getattr(asked, name):
            raise BadRequestError(f"`{name}` is not supported; only OpenAI has it", name)
    return Question(
        _messages(asked, said),
        model=asked.model,
        wish=_wish(asked),
        is_kept=asked.store is not False,
        instructions=asked.instructions,
    )


def turn_of(response_id: str) -> str | None:
    """The id of the turn that a response was, if it is one of ours."""
    return _turn_in(_ID, response_id)


def references_in(asked: ResponseRequest) -> list[str]:
    """The ids of the turns that are referred to."""
    items = [each.id for each in asked.input if isinstance(each, ReferenceItem)]
    return [turn for turn in (_turn_in(_ITEM, each) for each in items) if turn is not None]


def _turn_in(pattern: re.Pattern[str], name: str) -> str | None:
    found = pattern.fullmatch(name)
    return str(UUID(found[1])) if found else None


def _messages(asked: ResponseRequest, said: Mapping[str, str]) -> list[Message]:
    said = dict(said)
    found: list[Message] = []
    for number, item in enumerate(asked.input):
        where = f"input.{number}"
        match item:
            case MessageItem(role="assistant"):
                _say(found, "".join(_texts(item.content, where)))
            case MessageItem():
                found.append(Message(_ROLES[item.role], _content(item.content, where)))
            case CallItem():
                _call(found, ToolCall(item.call_id, item.name, item.arguments))
            case ReferenceItem(id=name) if not name.startswith(_THOUGHTS):
                _say(found, _said_in(said, name, where))
            case ResultItem():
                content = _content(item.output, where)
                found.append(Message("tool", content, answers=item.call_id))
    return found


def _said_in(said: dict[str, str], name: str, where: str) -> str:
    """The text of an item; all texts of an answer are kept as one, which is of its first item."""
    turn = _turn_in(_ITEM, name)
    if turn is None or turn not in said:
        what = "there is no message with this id; send the item itself instead of its id"
        raise BadRequestError(what, where, status=404, code="item_not_found")
    text, said[turn] = said[turn], ""
    return text


def _say(found: list[Message], text: str) -> None:
    """What is said after a call is of the same answer: its result comes next."""
    last = found[-1] if found else None
    if not text:
        return
    if last is None or last.role != "assistant" or not last.calls:
        found.append(Message("assistant", (text,)))
    else:
        found[-1] = Message("assistant", (last.text + text,), last.calls)


def _call(found: list[Message], call: ToolCall) -> None:
    """What an answer says and calls are several items, and one message."""
    last = found[-1] if found else None
    if last is None or last.role != "assistant":
        found.append(Message("assistant", (), (call,)))
    else:
        found[-1] = Message("assistant", last.content, (*last.calls, call))


def _content(parts: Content, where: str) -> tuple[str | Picture, ...]:
    found: list[str | Picture] = []
    for part in parts:
        match part:
            case TextPart(text=text) | RefusalPart(refusal=text):
                found.append(text)
            case PicturePart(image_url=url, detail=detail):
                if url is None or not url.startswith(PICTURE_SCHEMES):
                    what = "the `image_url` of a picture must be an address or a `data:image/…` URL"
                    raise BadRequestError(what, where)
                found.append(Picture(url, detail))
    return tuple(found)


def _texts(parts: Content, where: str) -> Iterable[str]:
    for part in _content(parts, where):
        if not isinstance(part, str):
            raise BadRequestError("an assistant message cannot contain pictures", where)
        yield part


def _wish(asked: ResponseRequest) -> Wish:
    effort = asked.reasoning.effort if asked.reasoning else None
    return Wish(
        tools=tuple(_tool(each, number) for number, each in enumerate(asked.tools or ())),
        tool_choice=_choice(asked),
        parallel_tools=asked.parallel_tool_calls,
        format=_format(asked),
        max_tokens=asked.max_output_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        thinking=False if effort == "none" else effort,
    )


def _tool(tool: ToolParam, number: int) -> Tool:
    where = f"tools.{number}"
    if tool.type != "function":
        what = (
            "this type of tool is not supported; only `function` tools, which the client runs, are"
        )
        raise BadRequestError(what, where)
    if not tool.name:
        raise BadRequestError("this tool needs a `name`", where)
    empty = {"type": "object", "properties": {}}
    return Tool(tool.name, tool.description, tool.parameters or empty, tool.strict)


def _choice(asked: ResponseRequest) -> ToolChoice:
    chosen = asked.tool_choice
    if not isinstance(chosen, NamedTool):
        return chosen or "auto"
    names = {each.name for each in asked.tools or ()}
    if chosen.type != "function" or chosen.name is None or chosen.name not in names:
        raise BadRequestError("this tool is not among `tools`", "tool_choice")
    return (chosen.name,)


def _format(asked: ResponseRequest) -> Format | None:
    wanted = asked.text.format if asked.text else None
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return ANY_OBJECT
    return Format(wanted.name, wanted.schema_, wanted.description, wanted.strict)
