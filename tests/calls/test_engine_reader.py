"""Reading an engine, at a stand-in that speaks Docker's API over a socket, or over TCP."""

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.address import EngineAddress
from mosaic_installer.machine.engine.reader import Reader

pytestmark = pytest.mark.call

LABEL = "org.mosaic.home=/srv/mosaic"
CONTAINER = {"Id": "1", "Names": ["/mosaic-valkey-1"]}
ANSWERS: dict[str, tuple[int, object]] = {
    "/version": (200, {"Version": "28.0", "ApiVersion": "1.48", "MinAPIVersion": "1.24"}),
    "/containers/json": (200, [CONTAINER]),
    "/images/ghcr.io/mosaic/gateway:1@sha256:0/json": (200, {"Id": "sha256:1"}),
    "/images/NOT%20A%20NAME/json": (400, {"message": "invalid reference format"}),
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

    def do_GET(self) -> None:
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
    thread = threading.Thread(target=server.serve_forever)
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


@pytest.fixture(params=[over_socket, over_tcp])
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[Reader, list[str]]]:
    """A reader of a stand-in, and the labels that it was asked for."""

    class Handler(StandIn):
        asked: ClassVar[list[str]] = []

    with request.param(Handler) as address:
        yield Reader(address, 5), Handler.asked


def test_what_is_there_is_read(engine: tuple[Reader, list[str]]) -> None:
    reader, asked = engine
    assert reader.version()["Version"] == "28.0"
    assert reader.containers(LABEL) == [CONTAINER]
    assert asked == [LABEL]
    image = reader.image("ghcr.io/mosaic/gateway:1@sha256:0")
    assert image == {"Id": "sha256:1"}


def test_what_is_not_there_is_none(engine: tuple[Reader, list[str]]) -> None:
    reader, _ = engine
    assert reader.container("gone") is None
    assert reader.image("NOT A NAME") is None


@pytest.mark.parametrize(
    ("ask", "identifier"),
    [
        (Reader.info, "engine-disk-full"),
        (Reader.networks, "engine-unreachable"),
        (Reader.volumes, "engine-unreachable"),
    ],
)
def test_what_an_engine_refuses_or_garbles_is_explained(
    engine: tuple[Reader, list[str]], ask: Callable[[Reader], object], identifier: str
) -> None:
    with pytest.raises(EngineError) as raised:
        ask(engine[0])
    assert raised.value.identifier == identifier


def test_an_engine_that_says_nothing_is_not_waited_for_forever(tmp_path: Path) -> None:
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{folder}/docker.sock")
        silent.listen()
        with pytest.raises(EngineError) as raised:
            Reader(EngineAddress(url=f"unix://{folder}/docker.sock"), 0.2).info()
    assert raised.value.identifier == "engine-unreachable"


def test_an_engine_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        Reader(EngineAddress(url=f"unix://{tmp_path}/nothing.sock"), 5).version()
