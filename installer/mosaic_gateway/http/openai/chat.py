"""`POST /v1/chat/completions`: whole, or as a stream of events."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.answering import answer, id_of
from mosaic_gateway.http.openai.answers import Chunks, completion
from mosaic_gateway.http.openai.errors import failed_response
from mosaic_gateway.http.openai.questions import question_in
from mosaic_gateway.http.openai.wire import ChatRequest
from mosaic_gateway.turns.events import Event, Failed, Route

ROUTES = APIRouter(prefix="/v1", tags=["openai"])
ID = "chatcmpl-"


@ROUTES.post("/chat/completions", response_model=None)
async def chat(
    body: ChatRequest, request: Request, caller: ChatCaller, services: TheServices
) -> Response:
    """Answer a conversation; the headers say which model does, and why."""
    turn = services.turns.run(caller.user, question_in(body))
    return await answer(request, turn, Chat(body), stream=bool(body.stream))


class Chat:
    """How a chat completion is answered."""

    def __init__(self, asked: ChatRequest) -> None:
        self._asked = asked

    def refuse(self, failed: Failed, headers: Mapping[str, str]) -> Response:
        return failed_response(failed, headers)

    def whole(self, route: Route, events: Sequence[Event]) -> dict[str, Any]:
        return completion(id_of(route, ID), route, events)

    def stream(self, route: Route) -> Chunks:
        options = self._asked.stream_options
        with_usage = options is not None and options.include_usage
        return Chunks(id_of(route, ID), route, with_usage=with_usage)
