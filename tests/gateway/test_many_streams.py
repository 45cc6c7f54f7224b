"""Two hundred answers at once: none waits for another, and each is kept."""

import asyncio
import threading

import httpx
import pytest
from tests.gateway.chats import HI, chunk, providers, standing_in, start, states
from tests.gateway.conftest import NewHome
from tests.gateway.process import DEADLINE, client_of
from tests.standins.server import Asked, Told

pytestmark = pytest.mark.gateway

STREAMS = 200


def test_two_hundred_streams_at_once(
    tmp_path_factory: pytest.TempPathFactory, new_home: NewHome
) -> None:
    together = threading.Barrier(STREAMS)

    def answer(_: Asked) -> Told:
        # Nobody goes on before all are there, so that whoever lets some wait is found out.
        together.wait(DEADLINE)
        pieces = [chunk(role="assistant", content="Hello"), chunk(finish="stop")]
        return Told(content="text/event-stream", pieces=[*pieces, b"data: [DONE]\n\n"])

    async def ask_all(url: str, headers: dict[str, str]) -> list[str]:
        limits = httpx.Limits(max_connections=STREAMS)
        async with httpx.AsyncClient(
            base_url=url, headers=headers, limits=limits, timeout=DEADLINE
        ) as client:
            body = {"model": "mosaic", "messages": HI, "stream": True}
            asked = (client.post("/v1/chat/completions", json=body) for _ in range(STREAMS))
            return [each.text for each in await asyncio.gather(*asked)]

    with (
        standing_in(answer) as service,
        new_home(tmp_path_factory.mktemp("many")) as home,
    ):
        home.fill()
        start(home, providers(service.url, "ollama"))
        with client_of(home, home.set_up()) as client:
            answers = asyncio.run(ask_all(home.url, dict(client.headers)))
            assert {each.count("Hello") for each in answers} == {1}
            assert {each.endswith("data: [DONE]\n\n") for each in answers} == {True}
        assert states(home) == ["done"] * STREAMS
