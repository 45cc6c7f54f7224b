"""One look at an engine, at a stand-in: what is asked, how often, and in which order."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
from tests.calls.engine_stand_in import CONTAINER, LABEL, StandIn, over_socket, over_tcp

from mosaic_installer.core.layout import Layout
from mosaic_installer.errors import EngineError
from mosaic_installer.machine.engine import questions
from mosaic_installer.machine.engine.address import EngineAddress
from mosaic_installer.machine.engine.look import Look
from mosaic_installer.machine.local import LocalMachine

pytestmark = pytest.mark.call

SECONDS = 5.0


class Counting(StandIn):
    """Notes what it is asked, and lets nobody go before `together` have asked."""

    paths: ClassVar[list[str]]
    together: ClassVar[threading.Barrier]

    def note(self, path: str) -> None:
        self.paths.append(path)
        self.together.wait(SECONDS)


def counting(together: int) -> type[Counting]:
    class Handler(Counting):
        asked: ClassVar[list[str]] = []
        paths: ClassVar[list[str]] = []

    Handler.together = threading.Barrier(together)
    return Handler


@pytest.fixture
def alone() -> type[Counting]:
    """One that answers each question by itself."""
    return counting(1)


@pytest.fixture
def address(alone: type[Counting]) -> Iterator[EngineAddress]:
    with over_socket(alone) as found:
        yield found


def test_each_question_is_asked_once(alone: type[Counting], address: EngineAddress) -> None:
    with closing(Look(address, SECONDS)) as look:
        for _ in range(3):
            assert look.containers(LABEL) == [CONTAINER]
            assert look.container("gone") is None
    assert alone.paths == ["/containers/json", "/containers/gone/json"]


def test_what_an_answer_says_is_read_and_concluded_once(address: EngineAddress) -> None:
    with closing(Look(address, SECONDS)) as look:
        assert look.containers(LABEL) is look.containers(LABEL)
        rest = iter("ab")
        assert [look.once("one", lambda: next(rest)) for _ in range(2)] == ["a", "a"]
        assert look.once("two", lambda: next(rest)) == "b"


def test_what_is_begun_is_asked_at_the_same_time() -> None:
    handler = counting(2)
    with over_socket(handler) as address, closing(Look(address, SECONDS)) as look:
        look.begin(questions.VERSION, questions.containers(LABEL))
        assert look.containers(LABEL) == [CONTAINER]
        assert look.version()["Version"] == "28.0"
    assert sorted(handler.paths) == ["/containers/json", "/version"]


def test_the_sdk_is_begun_with_in_threads(alone: type[Counting]) -> None:
    with over_tcp(alone) as address, closing(Look(address, SECONDS)) as look:
        look.begin(questions.volumes(), questions.containers(LABEL))
        for _ in range(2):
            assert look.containers(LABEL) == [CONTAINER]
    assert sum("/containers/json" in path for path in alone.paths) == 1


def test_what_nobody_wanted_is_let_go_of(alone: type[Counting], address: EngineAddress) -> None:
    with closing(Look(address, SECONDS)) as look:
        look.begin(questions.VERSION, questions.volumes())
        assert look.containers(LABEL) == [CONTAINER]


def test_where_nobody_answers_it_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "nothing.sock"
    with closing(Look(EngineAddress(url=f"unix://{path}"), SECONDS)) as look:
        look.begin(questions.INFO)
        for _ in range(2):
            with pytest.raises(EngineError):
                look.info()


def test_a_machine_has_one_look_at_a_time_and_then_asks_anew(
    alone: type[Counting],
    address: EngineAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address.url)
    machine = LocalMachine(Layout.under(tmp_path / "m"))
    with machine.one_look() as look:
        with machine.one_look() as same:
            assert same is look
        assert not machine.images.has("gone")
        assert not machine.images.has("gone")
    assert alone.paths == ["/images/gone/json"]
    for _ in range(2):
        assert not machine.images.has("gone")
    assert len(alone.paths) == 3
