"""Engines of other versions of Docker's API than the one here: what they answer is stood in for."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest

from mosaic_installer.core.containers.version import version_of
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.connection import find_engine
from mosaic_installer.machine.engine.probe import probe_engine

pytestmark = pytest.mark.install

PROJECT = "mosaic-test-versions"


def at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")


class StandInForAnEngine(BaseHTTPRequestHandler):
    """Answers what an engine does, in the little that is asked of it first.

    It refuses versions of the API that it does not speak, in the words of Docker 29.
    """

    version = ""
    oldest = ""
    newest = ""

    def do_GET(self) -> None:
        asked = re.match(r"/v([0-9.]+)/", self.path)
        if asked and not version_of(self.oldest) <= version_of(asked[1]) <= version_of(self.newest):
            self.say(400, {"message": f"client version {asked[1]} is too old or too new"})
        elif self.path.endswith("/version"):
            names = ("Version", "ApiVersion", "MinAPIVersion")
            self.say(200, dict(zip(names, (self.version, self.newest, self.oldest), strict=True)))
        elif self.path.endswith("/info"):
            self.say(200, {"Driver": "overlay2", "MemTotal": 1, "NCPU": 1})
        else:
            self.say(200, {"Volumes": None} if "volumes" in self.path else [])

    def say(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass

    def address_string(self) -> str:
        return "unix"


@contextmanager
def stand_in_engine(folder: Path, **fields: str) -> Iterator[Path]:
    path = folder / "engine.sock"
    kind = type("Engine", (StandInForAnEngine,), fields)
    with ThreadingUnixStreamServer(str(path), kind) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield path
        server.shutdown()
        thread.join()


def test_an_engine_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stand_in_engine(tmp_path, version="19.03.15", oldest="1.12", newest="1.40") as path:
        at(path, monkeypatch)
        found = probe_engine(PROJECT)
        assert (found.problem, found.version) == ("too-old", "19.03.15")
        assert "Docker 20.10" in found.reason
        with pytest.raises(EngineError, match="too old") as raised:
            find_engine()
    assert raised.value.identifier == "engine-too-old"


@pytest.mark.parametrize(
    ("version", "oldest", "newest"),
    [("29.0.0", "1.44", "1.52"), ("29.7.2", "1.40", "1.55"), ("20.10.24", "1.12", "1.41")],
)
def test_the_version_of_the_api_is_agreed_on_with_every_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, oldest: str, newest: str
) -> None:
    with stand_in_engine(tmp_path, version=version, oldest=oldest, newest=newest) as path:
        at(path, monkeypatch)
        found = probe_engine(PROJECT)
        assert (found.problem, found.version) == ("", version)
        assert (found.min_api_version, found.api_version) == (oldest, newest)
        with closing(find_engine()) as client:
            assert client.containers.list() == []  # by the SDK, with a version in the path
