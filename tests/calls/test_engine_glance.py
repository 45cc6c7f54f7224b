"""The glance at an engine, at a stand-in that speaks Docker's API over a socket."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import pytest

from mosaic_installer.machine.engine.glance import has_labelled

pytestmark = pytest.mark.call

LABEL = "org.mosaic.home=/srv/mosaic"
NOTHING: dict[str, object] = {"/containers/json": [], "/volumes": {"Volumes": None, "Warnings": []}}


@contextmanager
def engine(answers: dict[str, object]) -> Iterator[tuple[Path, list[str]]]:
    """Give the socket of a stand-in, and the labels that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def address_string(self) -> str:
            return "a socket"

        def log_message(self, *_words: object) -> None:
            pass

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked.extend(json.loads(parse_qs(address.query)["filters"][0])["label"])
            answer = answers.get(address.path)
            self.send_response(404 if answer is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

    with TemporaryDirectory() as folder:  # the path of a socket must be short
        path = Path(folder) / "docker.sock"
        with socketserver.ThreadingUnixStreamServer(str(path), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield path, asked
            finally:
                server.shutdown()
                thread.join()


def test_an_engine_without_anything_of_ours() -> None:
    with engine(NOTHING) as (path, asked):
        assert not has_labelled(path, LABEL, 5)
        assert asked == [LABEL, LABEL]


@pytest.mark.parametrize(
    "found",
    [
        {"/containers/json": [{"Id": "1"}]},
        {"/volumes": {"Volumes": [{"Name": "mosaic_data"}]}},
        {"/volumes": None},
        {"/containers/json": None},
        {"/volumes": "no object"},
    ],
)
def test_what_is_found_or_cannot_be_told_is_looked_at_properly(found: dict[str, object]) -> None:
    with engine({**NOTHING, **found}) as (path, _asked):
        assert has_labelled(path, LABEL, 5)


def test_an_engine_that_is_gone_is_looked_at_properly(tmp_path: Path) -> None:
    assert has_labelled(tmp_path / "nothing.sock", LABEL, 5)
