"""Traces of a real gateway, as OpenTelemetry itself decodes what a collector is sent."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from tests.gateway.chats import KEY, ask, eventually, providers, standing_in
from tests.gateway.conftest import NewHome
from tests.gateway.doors import (
    CALLER,
    EMBEDDER,
    TRACE,
    TRACEPARENT,
    WORDS,
    provider,
    use_every_door,
)
from tests.gateway.process import ADMIN, PASSWORD, Home, client_of
from tests.standins.collector import Taken, batches, collecting, spans
from tests.standins.server import StandIn

pytestmark = pytest.mark.gateway

HEADER = "key-of-the-collector-0123456789"
GUESSES = 60
CHAT = "chat a-vendor/a-model"


def start(home: Home, url: str, collector: str) -> None:
    section = {"enabled": True, "endpoint": collector, "headersVariable": "MOSAIC_TEST_HEADERS"}
    home.write_config(providers=providers(url, "ollama"), telemetry=section)
    (home.folder / "headers").write_text(f"x-key={HEADER}\n")
    home.start({"MOSAIC_TEST_HEADERS_FILE": str(home.folder / "headers")})
    eventually(lambda: "traces go to" in home.log(), "the gateway traces")


@dataclass(frozen=True)
class Seen:
    """What came of a gateway's life: its traces, its log, and the token that it gave."""

    collector: StandIn
    spans: list[Taken]
    log: str
    token: str

    def trace_of(self, name: str, status: int) -> tuple[Taken, list[Taken]]:
        """The one request of this name with this status, and all spans of its trace."""
        [root] = [
            each
            for each in self.spans
            if each.name == name and each.attributes.get("http.response.status_code") == status
        ]
        return root, [each for each in self.spans if each.span.trace_id == root.span.trace_id]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, new_home: NewHome) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("telemetry")
    with standing_in(provider) as service, collecting() as collector, new_home(folder) as home:
        start(home, service.url, collector.url)
        token = home.set_up()
        with client_of(home, token) as client:
            use_every_door(client)
        with client_of(home) as anyone:
            guess(anyone)
        assert home.stop() == 0
        yield Seen(collector, spans(collector), home.log(), token)


def guess(anyone: httpx.Client) -> None:
    """Send what a stranger may: tokens that are none, and traces that are not ours."""
    headers = {"Authorization": f"Bearer {WORDS['guess']}", **TRACEPARENT}
    for _ in range(GUESSES):
        assert anyone.get("/api/tokens", headers=headers).status_code == 401
        assert anyone.get("/health", headers=TRACEPARENT).status_code == 200


def test_a_turn_is_one_trace(seen: Seen) -> None:
    root, turn = seen.trace_of("POST /v1/chat/completions", 200)
    names = {each.name: each for each in turn}
    assert root.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/chat/completions",
        "http.response.status_code": 200,
    }
    assert names["route"].attributes == {
        "mosaic.route.task": "conversation",
        "mosaic.route.reason": "signs",
        "mosaic.route.provider": "ollama",
        "mosaic.route.model": "a-vendor/a-model",
        "mosaic.route.chain_length": 1,
    }
    told = names[CHAT].attributes
    assert (told["gen_ai.provider.name"], told["gen_ai.request.model"]) == (
        "ollama",
        "a-vendor/a-model",
    )
    assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (7, 11)
    # What the turn's ledger writes for it, in a thread for all of them, is part of it.
    assert {"SELECT tokens", "INSERT turns", "UPDATE turns"} <= names.keys()
    known = {each.span.span_id for each in turn}
    assert all(each.span.parent_span_id in known for each in turn if each is not root)


def test_a_template_is_told_and_no_path(seen: Seen) -> None:
    seen.trace_of("GET /api/conversations/{conversation_id}", 200)
    assert seen.trace_of("GET", 404)[0].attributes.keys() == {
        "http.request.method",
        "http.response.status_code",
    }


def test_what_a_provider_says_of_a_failure_is_not_told(seen: Seen) -> None:
    [failed] = [each for each in seen.spans if each.name == CHAT and each.span.status.code]
    assert failed.attributes["error.type"] == "pydantic_ai.exceptions.ModelRequestRejectedError"
    assert not failed.span.events


def test_vectors_have_a_span_of_the_call_that_makes_them(seen: Seen) -> None:
    _, made = seen.trace_of("POST /v1/embeddings", 200)
    [span] = [each for each in made if each.name == f"embeddings {EMBEDDER}"]
    assert span.attributes == {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "ollama",
        "gen_ai.request.model": EMBEDDER,
        "gen_ai.embeddings.dimension.count": 2,
        "gen_ai.usage.input_tokens": 5,
    }
    _, failed = seen.trace_of("POST /v1/embeddings", 400)
    [span] = [each for each in failed if each.name == f"embeddings {EMBEDDER}"]
    assert span.attributes["error.type"] == "ModelError"
    assert not span.span.events


def test_no_word_leaves(seen: Seen) -> None:
    sent = (b"".join(batches(seen.collector)) + seen.log.encode()).lower()
    secrets = [*WORDS.values(), seen.token, PASSWORD, ADMIN["email"], KEY, HEADER]
    assert [each for each in secrets if each.lower().encode() in sent] == []
    assert {each.headers["x-key"] for each in seen.collector.asked} == {HEADER}


def test_a_stranger_decides_nothing(seen: Seen) -> None:
    """Neither what is traced, nor where it belongs, nor how much of it there is."""
    of_strangers = [each for each in seen.spans if each.name == "GET /api/tokens"]
    assert 0 < len(of_strangers) < GUESSES
    assert not any("health" in each.name for each in seen.spans)
    assert TRACE not in {each.span.trace_id.hex() for each in seen.spans}
    # Whoever is known has it linked, without the words beside it.
    linked = [each for each in seen.spans if each.span.links]
    assert [each.name for each in linked] == ["POST /v1/chat/completions"]
    [link] = linked[0].span.links
    assert (link.trace_id.hex(), link.span_id.hex(), link.trace_state) == (TRACE, CALLER, "")


def test_a_silent_collector_stops_nobody(home: Home) -> None:
    with (
        standing_in(provider) as service,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        start(home, service.url, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with client_of(home, home.set_up()) as client:
            assert ask(client, "hi")["done"]["finish"] == "stop"
            with silent.accept()[0]:  # a batch is on its way, and nobody answers it
                assert ask(client, "hi")["done"]["finish"] == "stop"
                assert home.stop() == 0
        assert "by force" not in home.log()
