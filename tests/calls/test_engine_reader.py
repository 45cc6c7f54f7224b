"""Reading an engine, at a stand-in that speaks Docker's API over a socket, or over TCP."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest
from tests.calls.engine_stand_in import CONTAINER, LABEL, StandIn, over_socket, over_tcp

from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine.address import EngineAddress
from mosaic_installer.machine.engine.reader import Reader

pytestmark = pytest.mark.call


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
