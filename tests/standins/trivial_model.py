"""A model server that does next to nothing: 21 pieces, at once, to whoever asks.

As OpenAI's chat completions. It serves until its stdin ends, and says where in its first line.
"""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from uvicorn import Config, Server

WORDS = tuple(f"word{number:02} " for number in range(20))
"""What is said; a piece with the reason of the end is the twenty-first."""
USAGE = {"prompt_tokens": 5, "completion_tokens": 20, "total_tokens": 25}


def _line(**more: object) -> bytes:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "trivial"}
    return b"data: " + json.dumps({**head, **more}).encode() + b"\n\n"


def _choice(finish: str | None = None, **delta: str) -> bytes:
    return _line(choices=[{"index": 0, "delta": delta, "finish_reason": finish}])


PIECES = (*(_choice(role="assistant", content=word) for word in WORDS), _choice("stop"))


async def _pieces(*, with_usage: bool) -> AsyncIterator[bytes]:
    for piece in PIECES:
        yield piece
        await asyncio.sleep(0)
    if with_usage:
        yield _line(choices=[], usage=USAGE)
    yield b"data: [DONE]\n\n"


async def _answer(request: Request) -> StreamingResponse:
    options = (await request.json()).get("stream_options") or {}
    pieces = _pieces(with_usage=bool(options.get("include_usage")))
    return StreamingResponse(pieces, media_type="text/event-stream")


def main() -> None:
    """Serve on a port that is free."""
    app = Starlette(routes=[Route("/v1/chat/completions", _answer, methods=["POST"])])
    server = Server(Config(app, log_level="warning", access_log=False, loop="asyncio", http="h11"))
    # With its protocol: asyncio sets TCP_NODELAY only on what it knows to be TCP, and a piece would
    # wait up to 40 ms for the acknowledgement of the one before.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        asyncio.run(_serve(server, listener))


async def _serve(server: Server, listener: socket.socket) -> None:
    serving = asyncio.create_task(server.serve([listener]))
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    main()
