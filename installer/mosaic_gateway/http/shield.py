"""What surrounds every request: a cap on its body, and the security headers of its answer."""

from asyncio import CancelledError

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mosaic_gateway.http.errors import error_response

LARGEST_BODY = 64 * 1024


class SecurityHeaders:
    """Adds headers to every answer, also to the ones about failures."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["path"].startswith("/api"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class CutOff:
    """Tells those whose request the end of the gateway cuts off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_answered = False

        async def send_noting(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except CancelledError:
            if not is_answered:
                answer = error_response(503, "stopping", "the gateway is stopping")
                await answer(scope, receive, send)


class Cors(CORSMiddleware):
    """Refuses in the shape of all our errors."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        message = "this origin may not send such a request"
        kept = {name: value for name, value in answer.headers.items() if name == "vary"}
        return error_response(answer.status_code, "cors-refused", message, kept)


class BodyCap:
    """Reads the body before anyone else does, and refuses it with 413 when it is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body = await _read(receive)
        if body is None:
            return None  # whoever sent half of it is gone
        if len(body) > LARGEST_BODY:
            message = f"a body has at most {LARGEST_BODY} bytes"
            # The rest of the body was not read, so the connection is of no more use.
            refusal = error_response(413, "body-too-large", message, {"Connection": "close"})
            return await refusal(scope, receive, send)
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        return await self._app(scope, replay, send)


async def _read(receive: Receive) -> bytes | None:
    """The body, or as much of it as shows that it is too large; None when it was never ended."""
    body, has_more = bytearray(), True
    while has_more and len(body) <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        has_more = message.get("more_body", False)
    return bytes(body)
