"""Servers that are killed in the middle of an answer: it is told, and the conversation goes on."""

import json

import pytest
from tests.engine.engine import eventually, run
from tests.gateway.chats import KEY, ask, events_of, providers, standing_in
from tests.gateway.process import client_of
from tests.gateway.talks import Provider, Talk
from tests.gateway.test_servers_stopped import Stoppable, start, stoppable

pytestmark = [
    pytest.mark.gateway,
    pytest.mark.parametrize("kind", ["valkey"], indirect=True, scope="session"),
]
__all__ = ["stoppable"]


def test_servers_that_are_killed_in_the_middle_of_an_answer(stoppable: Stoppable) -> None:
    home, provider = stoppable.home, Provider()
    assert home.stop() == 0
    with standing_in(provider) as service:
        home.write_config(providers=providers(service.url, "ollama"))
        home.start({"MOSAIC_TEST_API_KEY": KEY})
        with client_of(home, stoppable.token) as client:
            talk = Talk(home, provider, client)
            for server, last in ((stoppable.valkey, "done"), (stoppable.postgres, "error")):
                begun = talk.begin()
                run("docker", "kill", server.container.name)
                provider.may_go_on.set()
                told = events_of(begun.rest() + "\n\n")
                assert told[-1][0] == last, told
                if last == "error":
                    assert told[-1][1]["id"] == "not-kept"
                start(server)
                eventually(stoppable.is_ready, "it is ready")
                again = ask(client, "And now?", begun.conversation)
                assert (again["text"], "done" in again) == ("one two", True), json.dumps(again)
