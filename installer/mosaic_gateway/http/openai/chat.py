"""`POST /v1/chat/completions`: whole, or as a stream of events."""

from uuid import uuid4

from fastapi import APIRouter, Request, Response

from mosaic_gateway.http.access import ChatCaller, TheServices
from mosaic_gateway.http.openai.answers import Chunks, completion, in_ascii
from mosaic_gateway.http.openai.errors import failed_response
from mosaic_gateway.http.openai.questions import question_in
from mosaic_gateway.http.openai.wire import ChatRequest
from mosaic_gateway.http.relay import Relay, Relayed, lines_of, unless_gone
from mosaic_gateway.models.pieces import Text, Thinking, ToolPiece
from mosaic_gateway.turns.events import Done, Event, Failed, Route

ROUTES = APIRouter(prefix="/v1", tags=["openai"])
GONE = 499  # for nobody: nginx's word for a client that left


@ROUTES.post("/chat/completions", response_model=None)
async def chat(
    body: ChatRequest, request: Request, caller: ChatCaller, services: TheServices
) -> Response:
    """Answer a conversation; the headers say which model does, and why."""
    relay = Relay(services.turns.run(caller.user, question_in(body)))
    try:
        response = await _answer(request, relay, body)
    except BaseException:
        await relay.close()
        raise
    if not isinstance(response, Relayed):
        await relay.close()
    return response


async def _answer(request: Request, relay: Relay, asked: ChatRequest) -> Response:
    """Nothing is sent before something was said: until then, an error is a status."""
    events: list[Event] = []
    is_last = (Done, Failed) if not asked.stream else (Done, Failed, Text, Thinking, ToolPiece)
    while not any(isinstance(each, is_last) for each in events):
        taken = await unless_gone(request, relay.take())
        if not taken:
            return Response(status_code=GONE)
        events += taken
    # Who was asked last is who answers; the others failed.
    route = next(each for each in reversed(events) if isinstance(each, Route))
    failed = next((each for each in events if isinstance(each, Failed)), None)
    if failed is not None and not (asked.stream and _is_begun(events)):
        return failed_response(failed, headers_of(route))
    answer_id = f"chatcmpl-{(route.turn or str(uuid4())).replace('-', '')}"
    if not asked.stream:
        return Response(
            in_ascii(completion(answer_id, route, events)),
            headers=headers_of(route),
            media_type="application/json",
        )
    with_usage = asked.stream_options is not None and asked.stream_options.include_usage
    chunks = Chunks(answer_id, route, with_usage=with_usage)
    first = chunks.begin() + chunks.encode(events)
    return Relayed(relay, lines_of(relay, chunks.encode, first), headers_of(route))


def headers_of(route: Route) -> dict[str, str]:
    """Who answers, and why; a header has characters of Latin-1 alone."""
    named = {"model": route.model, "task": route.task, "reason": route.reason}
    if route.conversation is not None:
        named["conversation"] = route.conversation
    if route.agent is not None:
        named["agent"] = route.agent
    return {
        f"x-mosaic-{name}": value.encode("latin-1", "replace").decode("latin-1")
        for name, value in named.items()
    }


def _is_begun(events: list[Event]) -> bool:
    return any(isinstance(each, (Text, Thinking, ToolPiece)) for each in events)
