"""`POST /v1/messages`: whole, or as a stream of events; and about how many tokens one has."""

from fastapi import APIRouter, Request, Response

from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.answering import answer
from mosaic_gateway.http.anthropic.answers import Messages
from mosaic_gateway.http.anthropic.errors import PATH
from mosaic_gateway.http.anthropic.questions import question_in
from mosaic_gateway.http.anthropic.wire import CountRequest, MessagesRequest
from mosaic_gateway.models.counting import tokens_in
from mosaic_gateway.routing.decision import decide
from mosaic_gateway.turns.question import recalled

ROUTES = APIRouter(prefix=PATH, tags=["anthropic"])


@ROUTES.post("", response_model=None)
async def message(
    body: MessagesRequest, request: Request, caller: ChatCaller, services: TheServices
) -> Response:
    """Answer a conversation; the headers say which model does, and why."""
    turn = services.turns.run(caller.user, question_in(body))
    return await answer(request, turn, Messages(body), stream=bool(body.stream))


@ROUTES.post("/count_tokens")
def count(body: CountRequest, caller: ChatCaller, services: TheServices) -> dict[str, int]:
    """Say about how many tokens a model would be told; nobody is asked, and nothing is kept.

    Every model counts in another way, and who answers may be decided by the question.
    """
    asked = recalled(services.storage, caller.user, question_in(body))
    decide(asked.model, (), services.turns.routes)
    return {"input_tokens": tokens_in(asked.told, asked.wish.tools)}
