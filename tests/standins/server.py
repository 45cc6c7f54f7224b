"""A small real HTTP(S) server on loopback that says what a test wants, and notes what it is asked.

It stands in for a service on the web that no test can reach.
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, with the names of its headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def bearer(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer: JSON, text, or pieces that are sent one after the other."""

    status: int = 200
    body: object = None
    content: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] | None = None


Answer = Callable[[Asked], Told]


class StandIn:
    """The server, from `with` to its end; `over` is set when it ends."""

    def __init__(
        self, answer: Answer, context: ssl.SSLContext | None = None, *, port: int = 0
    ) -> None:
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._scheme = "https" if context else "http"
        self._server = _Server(("127.0.0.1", port), _handler(self, answer))
        if context is not None:
            # The handshake is made in the thread of its request, so that a bad one stops nobody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: clients that go away, and handshakes that fail, are what tests are about."""


def _decoded(content: bytes, media: str) -> Any:
    if not content:
        return None
    if media == "application/x-protobuf":
        return content
    if media == "application/x-www-form-urlencoded":
        return dict(parse_qsl(content.decode(), strict_parsing=True))
    return json.loads(content)


def _handler(stand_in: StandIn, answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            asked = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=_decoded(content, self.headers.get_content_type()),
            )
            stand_in.asked.append(asked)
            self._tell(answer(asked))

        def _tell(self, told: Told) -> None:
            self.send_response(told.status)
            self.send_header("Content-Type", told.content)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            text = told.body if isinstance(told.body, str) else json.dumps(told.body)
            for piece in [text.encode()] if told.pieces is None else told.pieces:
                self.wfile.write(piece)
                self.wfile.flush()

        do_GET = do_POST = do_PUT = do_DELETE = _take  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_words: object) -> None:
            """Say nothing on stderr."""

    return Handler
