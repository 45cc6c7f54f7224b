"""`POST /v1/messages`: whole, or as a stream of events."""

from fastapi import APIRouter, Request, Response

from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.answering import answer
from mosaic_gateway.http.anthropic.answers import Messages
from mosaic_gateway.http.anthropic.errors import PATH
from mosaic_gateway.http.anthropic.questions import question_in
from mosaic_gateway.http.anthropic.wire import MessagesRequest

ROUTES = APIRouter(prefix=PATH, tags=["anthropic"])


@ROUTES.post("", response_model=None)
async def message(
    body: MessagesRequest, request: Request, caller: ChatCaller, services: TheServices
) -> Response:
    """Answer a conversation; the headers say which model does, and why."""
    turn = services.turns.run(caller.user, question_in(body))
    return await answer(request, turn, Messages(body), stream=bool(body.stream))
