"""What surrounds every request: a cap on its body, and the security headers of its answer."""

from asyncio import CancelledError
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mosaic_gateway.errors import UnauthenticatedError
from mosaic_gateway.http.errors import error_response
from mosaic_gateway.http.openai.errors import is_openai

LARGEST_BODY = 64 * 1024
# A conversation with its pictures, of somebody whom we know.
LARGEST_CHAT = 32 * 1024 * 1024


class SecurityHeaders:
    """Adds headers to every answer, also to the ones about failures."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["path"].startswith(("/api", "/v1")):
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
                message = "the gateway is stopping"
                answer = error_response(scope["path"], 503, "stopping", message)
                await answer(scope, receive, send)


class Cors(CORSMiddleware):
    """Refuses in the shape of all our errors."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        message = "this origin may not send such a request"
        kept = {name: value for name, value in answer.headers.items() if name == "vary"}
        # A browser's own question; no client reads the answer.
        return error_response("", answer.status_code, "cors-refused", message, kept)


class BodyCap:
    """Reads the body before anyone else does, and refuses it with 413 when it is too large.

    On `/v1` it may be larger, where `is_known` says that the bearer token is somebody's: nobody
    else can make us keep so much.
    """

    def __init__(self, app: ASGIApp, is_known: Callable[[Headers], Awaitable[bool]]) -> None:
        self._app = app
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body, path = _Body(receive), str(scope["path"])
        await body.read(LARGEST_BODY)
        if body.is_larger and is_openai(path):
            if not await self._is_known(Headers(scope=scope)):
                error = UnauthenticatedError()
                return await _refuse(error_response(path, 401, error.id, error.message))(
                    scope, receive, send
                )
            await body.read(LARGEST_CHAT)
        if body.is_given_up:
            return None  # whoever sent half of it is gone
        if body.is_larger:
            message = f"a body has at most {body.most} bytes"
            refusal = _refuse(error_response(path, 413, "body-too-large", message))
            return await refusal(scope, receive, send)
        whole: list[Message] = [
            {"type": "http.request", "body": bytes(body.content), "more_body": False}
        ]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        return await self._app(scope, replay, send)


class _Body:
    """The body, or as much of it as shows that it is larger than `most`."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._has_more = True
        self.content = bytearray()
        self.is_given_up = False
        self.most = 0

    @property
    def is_larger(self) -> bool:
        return len(self.content) > self.most

    async def read(self, most: int) -> None:
        self.most = most
        while self._has_more and not self.is_larger:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.is_given_up, self._has_more = True, False
                return
            self.content += message.get("body", b"")
            self._has_more = message.get("more_body", False)


def _refuse(refusal: Response) -> Response:
    # The rest of the body was not read, so the connection is of no more use.
    refusal.headers["Connection"] = "close"
    return refusal
