"""`POST /v1/responses`: whole, or as a stream of events."""

import asyncio

from fastapi import APIRouter, Request, Response

from mosaic_gateway.accounts.users import User
from mosaic_gateway.errors import NoSuchConversationError
from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.answering import answer
from mosaic_gateway.http.bad_request import BadRequestError
from mosaic_gateway.http.openai.responses.answers import Responses
from mosaic_gateway.http.openai.responses.questions import question_in, references_in, turn_of
from mosaic_gateway.http.openai.responses.wire import ResponseRequest
from mosaic_gateway.http.services import Services
from mosaic_gateway.turns.conversations import Conversations
from mosaic_gateway.turns.question import Question, after

ROUTES = APIRouter(prefix="/v1", tags=["openai"])


@ROUTES.post("/responses", response_model=None)
async def respond(
    body: ResponseRequest, request: Request, caller: ChatCaller, services: TheServices
) -> Response:
    """Answer, if wanted in the conversation of an earlier response; the headers say who does."""
    said = {}
    if turns := references_in(body):
        said = await asyncio.to_thread(Conversations(services.storage, caller.user).answers, turns)
    question = question_in(body, said)
    if body.previous_response_id is not None:
        question = await _after(body.previous_response_id, question, caller.user, services)
    turn = services.turns.run(caller.user, question)
    return await answer(request, turn, Responses(body), stream=bool(body.stream))


async def _after(response_id: str, question: Question, user: User, services: Services) -> Question:
    turn = turn_of(response_id)
    try:
        if turn is None:
            raise NoSuchConversationError
        return await asyncio.to_thread(after, services.storage, user, question, turn)
    except NoSuchConversationError:
        message = "there is no response with this id; a response with `store: false` is not kept"
        name = "previous_response_id"
        raise BadRequestError(
            message, name, status=404, code="previous_response_not_found"
        ) from None
