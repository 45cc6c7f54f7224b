"""`/api/conversations`: a user's own conversations, and the turns in them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, ConfigDict, Field

from mosaic_gateway.accounts.users import parse_name
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.answering import GONE
from mosaic_gateway.http.models import Wire
from mosaic_gateway.http.relay import Relay, Relayed, lines_of, unless_gone
from mosaic_gateway.models.messages import Message
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece, Usage
from mosaic_gateway.turns.conversations import MOST_LISTED, Conversations
from mosaic_gateway.turns.events import Done, Event, Failed, Route, Used
from mosaic_gateway.turns.history import Summary
from mosaic_gateway.turns.kept import Conversation, Turn
from mosaic_gateway.turns.question import Question

ROUTES = APIRouter(prefix="/api/conversations", tags=["conversations"])
_NAMES: dict[type[Event], str] = {
    Route: "route",
    Thinking: "thinking",
    Text: "text",
    ToolPiece: "tool",
    Used: "tool",
    Usage: "usage",
    Failed: "error",
    Done: "done",
}

Title = Annotated[str, AfterValidator(parse_name)]


class TitleRequest(Wire):
    """What a conversation is called."""

    model_config = ConfigDict(extra="forbid")

    title: Title


class NewConversationRequest(Wire):
    """A conversation to begin; without a title, its first question gives it one."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None


class TurnRequest(Wire):
    """A question; `model` is `<provider>/<model>`, or nothing for one that is chosen.

    `agent` is a name; nothing is the agent that the conversation was last held with, and an empty
    name is none.
    """

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1)
    model: str | None = None
    agent: str | None = None


class ConversationView(Wire):
    """A conversation in the list."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


class UsageView(Wire):
    """How many tokens an answer took."""

    input: int
    output: int
    cached: int


class TurnView(Wire):
    """A turn as it was; `answer` is as much as was said of it."""

    id: str
    position: int
    state: str
    question: list[dict[str, Any]]
    answer: str | None
    model: str
    task: str
    reason: str
    finish: str | None
    fault: str | None
    error: str | None
    usage: UsageView | None
    agent: str | None
    started_at: datetime
    ended_at: datetime | None


class SummaryView(Wire):
    """What models that read no more are told in place of all turns up to a position, `through`."""

    through: int
    text: str
    model: str
    made_at: datetime


class WholeConversationView(ConversationView):
    """A conversation with all that was said, and the latest summary of its beginning."""

    turns: list[TurnView]
    summary: SummaryView | None


def conversations_of(caller: ChatCaller, services: TheServices) -> Conversations:
    """The conversations of whoever asks."""
    return Conversations(services.storage, caller.user)


TheConversations = Annotated[Conversations, Depends(conversations_of)]


@ROUTES.get("")
def conversations(
    own: TheConversations,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
    before: datetime | None = None,
) -> list[ConversationView]:
    """The latest first; `before`, the `updatedAt` of the last one, goes on with the list."""
    return [ConversationView.model_validate(each) for each in own.all(limit, before)]


@ROUTES.post("", status_code=201)
def create(body: NewConversationRequest, own: TheConversations) -> ConversationView:
    """Begin a conversation."""
    return ConversationView.model_validate(own.create(body.title))


@ROUTES.get("/{conversation_id}")
def show(conversation_id: str, own: TheConversations) -> WholeConversationView:
    """All of it, which is also what an export is."""
    found, turns = own.find(conversation_id)
    return _whole(found, turns, own.summary(conversation_id))


@ROUTES.patch("/{conversation_id}")
def rename(conversation_id: str, body: TitleRequest, own: TheConversations) -> ConversationView:
    """Call it something else."""
    return ConversationView.model_validate(own.rename(conversation_id, body.title))


@ROUTES.delete("/{conversation_id}", status_code=204)
def remove(conversation_id: str, own: TheConversations) -> None:
    """Forget it, with all that was said."""
    own.remove(conversation_id)


@ROUTES.post("/{conversation_id}/turns", response_model=None)
async def ask(
    conversation_id: str,
    body: TurnRequest,
    request: Request,
    caller: ChatCaller,
    services: TheServices,
) -> Response:
    """Ask something, and be told what happens as server-sent events, each named for its kind."""
    question = Question(
        [Message("user", (body.text,))],
        model=body.model,
        conversation=conversation_id,
        agent=body.agent,
    )
    relay = Relay(services.turns.run(caller.user, question))
    try:
        # What cannot even begin is a status, as everywhere.
        events = await unless_gone(request, relay.take())
    except BaseException:
        await relay.close()
        raise
    if not events:
        await relay.close()
        return Response(status_code=GONE)
    return Relayed(relay, lines_of(relay, _lines, _lines(events)), {})


def _lines(events: Iterable[Event]) -> bytes:
    return b"".join(_line(event) for event in events)


def _line(event: Event) -> bytes:
    data = json.dumps(_told(event), separators=(",", ":"))
    return f"event: {_NAMES[type(event)]}\ndata: {data}\n\n".encode("ascii")


def _told(event: Event) -> dict[str, Any]:
    match event:
        case ToolPiece():
            return {"index": event.index, "name": event.name, "arguments": event.arguments}
        case Failed():
            return {
                "id": event.fault,
                "message": event.message,
                "retryAfter": event.retry_after,
            }
        case _:
            return vars(event)


def _whole(
    found: Conversation, turns: Iterable[Turn], summary: Summary | None
) -> WholeConversationView:
    readable = summary and replace(summary, text=_readable(summary.text))
    return WholeConversationView(
        **vars(found),
        summary=SummaryView.model_validate(readable) if readable else None,
        turns=[
            TurnView.model_validate(
                {
                    **vars(each),
                    "question": [_message(message) for message in each.question],
                    "answer": _readable(each.answer.text) if each.answer else None,
                    "usage": each.usage and vars(each.usage),
                }
            )
            for each in turns
        ],
    )


def _message(message: Message) -> dict[str, Any]:
    pictures = sum(not isinstance(part, str) for part in message.content)
    shown: dict[str, Any] = {"role": message.role, "text": _readable(message.text)}
    return {**shown, "pictures": pictures} if pictures else shown


def _readable(text: str) -> str:
    """Half a character, which a model may say, has no bytes in UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
