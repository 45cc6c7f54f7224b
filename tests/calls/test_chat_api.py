"""A gateway that tells its answer in pieces, or what only looks like one: no answer lasts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.make import LAYOUT
from tests.standins.server import StandIn, Told

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.core.machine.chats import Asking, ChatEvent
from mosaic_installer.core.runtime import Process
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import InstallerError
from mosaic_installer.machine import gateway_calls
from mosaic_installer.machine.chat_api import HttpChats

pytestmark = [pytest.mark.call, pytest.mark.timeout(60)]

ASKING = Asking(text="Hello?", conversation="an id/with ?")
STREAM = "text/event-stream; charset=utf-8"
TEXT = b'event: text\ndata: {"text":"hi"}\n\n'
DONE = b'event: done\ndata: {"finish":"stop"}\n\n'


def chats_at(service: StandIn) -> HttpChats:
    gateway = Gateway(
        layout=LAYOUT,
        python=Path("python"),
        bind="127.0.0.1",
        port=service.port,
        version="1",
        runtime=Process(supervisor="daemon", unit_folder=Path("/nowhere")),
    )
    return HttpChats(gateway, Credential(kind="token", secret=Secret("mosaic_x")))


def told(*pieces: bytes) -> list[ChatEvent]:
    with StandIn(lambda _: Told(content=STREAM, pieces=pieces)) as service:
        return list(chats_at(service).ask(ASKING))


def test_events_are_what_the_gateway_says_however_it_is_cut() -> None:
    whole = b": sign of life\n\n" + TEXT + b"data: {}\n\n" + DONE + TEXT
    events = told(*(whole[at : at + 1] for at in range(len(whole))))
    assert [(each.name, each.text("text")) for each in events] == [("text", "hi"), ("done", "")]


def test_the_question_goes_to_its_conversation() -> None:
    with StandIn(lambda _: Told(content=STREAM, pieces=[DONE])) as service:
        list(chats_at(service).ask(ASKING))
        assert service.asked[0].path == "/api/conversations/an%20id%2Fwith%20%3F/turns"
        assert (service.asked[0].body, service.asked[0].bearer) == ({"text": "Hello?"}, "mosaic_x")


@pytest.mark.parametrize(
    "last",
    [
        b"",
        b"event: done",
        b"event: text\ndata: [1]\n\n",
        b"event: text\ndata: " + b"[" * 100_000 + b"\n\n",
        b"data: " + b"x" * (2 * 1024 * 1024),
    ],
)
def test_an_answer_without_an_end_is_an_error_after_what_was_said(last: bytes) -> None:
    with StandIn(lambda _: Told(content=STREAM, pieces=[TEXT, last])) as service:
        events = chats_at(service).ask(ASKING)
        assert next(events).text("text") == "hi"
        with pytest.raises(InstallerError, match=r"broke|no Mosaic gateway|sends more than"):
            next(events)


def test_silence_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a busy machine to send what comes before.
    monkeypatch.setattr(gateway_calls, "SILENT_SECONDS", 2.0)

    def pieces(service: StandIn) -> Iterator[bytes]:
        yield TEXT
        service.over.wait()

    with StandIn(lambda _: Told(content=STREAM, pieces=pieces(service))) as service:
        events = chats_at(service).ask(ASKING)
        assert next(events).name == "text"
        with pytest.raises(InstallerError, match="does not answer: timed out"):
            next(events)


@pytest.mark.parametrize("body", [None, "gateway", 7, [], [7], {}, {"data": 7}, {"id": 1}])
def test_what_is_no_gateway_is_named(body: object) -> None:
    with StandIn(lambda _: Told(body=body)) as service:
        api = chats_at(service)
        for call in (
            lambda: list(api.ask(ASKING)),
            lambda: api.conversation("1"),
            api.models,
            lambda: api.explain("Hello?"),
        ):
            if call == api.models and body == []:
                continue  # where no provider is on there are none
            with pytest.raises(InstallerError, match="no Mosaic gateway"):
                call()
