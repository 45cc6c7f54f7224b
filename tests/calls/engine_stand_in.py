"""A stand-in for an engine: it speaks Docker's API over a socket, or over TCP."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from mosaic_installer.machine.engine.address import EngineAddress

LABEL = "org.mosaic.home=/srv/mosaic"
CONTAINER = {"Id": "1", "Names": ["/mosaic-valkey-1"]}
ANSWERS: dict[str, tuple[int, object]] = {
    "/version": (200, {"Version": "28.0", "ApiVersion": "1.48", "MinAPIVersion": "1.24"}),
    "/containers/json": (200, [CONTAINER]),
    "/images/ghcr.io/mosaic/gateway:1@sha256:0/json": (200, {"Id": "sha256:1"}),
    "/images/NOT%20A%20NAME/json": (400, {"message": "invalid reference format"}),
    "/images/gone/json": (404, {"message": "No such image: gone"}),
    "/containers/gone/json": (404, {"message": "No such container: gone"}),
    "/info": (500, {"message": "write /var/lib/docker/x: no space left on device"}),
    "/networks": (200, {"message": "a list is wanted here"}),
}


class StandIn(BaseHTTPRequestHandler):
    """Answers from a table, under any version of the API."""

    asked: ClassVar[list[str]]

    def address_string(self) -> str:
        return "a socket"

    def log_message(self, *_words: object) -> None:
        pass

    def note(self, path: str) -> None:
        """Hear of each question before it is answered."""

    def do_GET(self) -> None:
        self.note(urlsplit(self.path).path)
        address = urlsplit(self.path)
        filters = parse_qs(address.query).get("filters")
        self.asked.extend(json.loads(filters[0])["label"] if filters else ())
        status, answer = ANSWERS.get(address.path, (200, "not JSON"))
        content = answer if isinstance(answer, str) else json.dumps(answer)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content.encode())


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def over_socket(handler: type[StandIn]) -> Iterator[EngineAddress]:
    with TemporaryDirectory() as folder:  # the path of a socket must be short
        path = Path(folder) / "docker.sock"
        with serving(socketserver.ThreadingUnixStreamServer(str(path), handler)):
            yield EngineAddress(url=f"unix://{path}")


@contextmanager
def over_tcp(handler: type[StandIn]) -> Iterator[EngineAddress]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with serving(server):
        yield EngineAddress(url=f"tcp://127.0.0.1:{server.server_port}")
