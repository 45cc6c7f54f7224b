"""What surrounds every request: a cap on its body, and the security headers of its answer."""

from starlette.datastructures import MutableHeaders
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


class BodyCap:
    """Reads the body before anyone else does, and refuses it with 413 when it is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        received = await _read(receive)
        if sum(len(message.get("body", b"")) for message in received) > LARGEST_BODY:
            message = f"a body has at most {LARGEST_BODY} bytes"
            # The rest of the body was not read, so the connection is of no more use.
            refusal = error_response(413, "body-too-large", message, {"Connection": "close"})
            return await refusal(scope, receive, send)

        async def replay() -> Message:
            return received.pop(0) if received else await receive()

        return await self._app(scope, replay, send)


async def _read(receive: Receive) -> list[Message]:
    received: list[Message] = []
    size, has_more = 0, True
    while has_more and size <= LARGEST_BODY:
        message = await receive()
        received.append(message)
        size += len(message.get("body", b""))
        has_more = message.get("more_body", False)
    return received
