"""What can stand between us and a service: names, certificates, portals, silence."""

import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
from tests.calls.trying import endpoint, saying, verdict_on
from tests.make import make_answers
from tests.standins import services
from tests.standins.server import Answer, Asked, StandIn, Told

from mosaic_installer.core.connections.endpoint import endpoints
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.web.verify import verify

pytestmark = pytest.mark.call

KEY = "sk-the-right-one-0123456789"
Certified = Callable[[str], ssl.SSLContext]


@pytest.mark.usefixtures("_trusted")
def test_an_authority_of_ones_own_is_trusted_through_a_variable(certified: Certified) -> None:
    with StandIn(services.openai(KEY), certified("127.0.0.1")) as service:
        assert verdict_on(endpoint("openai", f"{service.url}/v1", KEY)).result == "accepted"


def test_a_certificate_of_an_unknown_authority_is_refused(certified: Certified) -> None:
    with StandIn(services.openai(KEY), certified("127.0.0.1")) as service:
        verdict = verdict_on(endpoint("openai", f"{service.url}/v1", KEY))
    assert (verdict.result, verdict.cause, service.asked) == ("unreachable", "tls", [])
    assert "certificate is not trusted" in verdict.message
    assert "SSL_CERT_FILE" in verdict.hint


@pytest.mark.usefixtures("_trusted")
def test_a_certificate_of_another_host_is_refused(certified: Certified) -> None:
    with StandIn(services.openai(KEY), certified("other.example")) as service:
        verdict = verdict_on(endpoint("openai", service.url, KEY))
    assert (verdict.cause, service.asked) == ("tls", [])


def test_https_where_only_http_is_spoken_is_said() -> None:
    with StandIn(services.openai(KEY)) as service:
        verdict = verdict_on(endpoint("openai", service.url.replace("http:", "https:"), KEY))
    assert verdict.cause == "tls"
    assert "no secure connection" in verdict.message


def test_a_name_that_does_not_exist_is_said() -> None:
    verdict = verdict_on(endpoint("openai", "https://no-such-host.invalid", KEY))
    assert (verdict.result, verdict.cause) == ("unreachable", "dns")
    assert "`no-such-host.invalid`" in verdict.message
    assert "providers.openai_url" in verdict.hint


def test_nobody_listens(free_port: int) -> None:
    verdict = verdict_on(endpoint("ollama", f"http://127.0.0.1:{free_port}"))
    assert (verdict.result, verdict.cause) == ("unreachable", "connection")
    assert "connection refused" in verdict.message


def test_what_speaks_no_http_is_said() -> None:
    with saying(b"220 smtp.example ESMTP\r\n") as port:
        verdict = verdict_on(endpoint("ollama", f"http://127.0.0.1:{port}"))
    assert (verdict.cause, "does not speak HTTP" in verdict.message) == ("connection", True)


def test_silence_ends_with_the_deadline() -> None:
    held: list[StandIn] = []

    def hang(_asked: Asked) -> Told:
        held[0].over.wait()
        return Told()

    with StandIn(hang) as service:
        held.append(service)
        verdict = verdict_on(endpoint("openai", service.url, KEY), seconds=0.3)
    assert (verdict.result, verdict.cause) == ("unreachable", "timeout")


def test_an_answer_that_drips_ends_with_the_deadline_too() -> None:
    held: list[StandIn] = []

    def drip(_asked: Asked) -> Told:
        def pieces() -> Iterator[bytes]:
            while not held[0].over.wait(0.02):
                yield b" "

        return Told(pieces=pieces())

    with StandIn(drip) as service:
        held.append(service)
        verdict = verdict_on(endpoint("openai", service.url, KEY), seconds=0.3)
    assert (verdict.result, verdict.cause) == ("unreachable", "timeout")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (services.web_page, "a web page (status 200)"),
        (services.redirect, "a redirect to `login.example.org`"),
        (lambda _asked: Told(body=[]), "something else than it should"),
        (lambda _asked: Told(body="hello", content="text/plain"), "something else"),
        (lambda _asked: Told(status=404, body={"error": "no route"}), "status 404: no route"),
        (lambda _asked: Told(status=503, body={}), "an error of its own (status 503)"),
        (
            lambda _asked: Told(status=403, body="<html>blocked", content="text/html"),
            "a web page (status 403)",
        ),
    ],
)
def test_an_answer_of_something_else_is_unexpected(answer: Answer, words: str) -> None:
    with StandIn(answer) as service:
        verdict = verdict_on(endpoint("openai", service.url, KEY))
    assert verdict.result == "unexpected"
    assert words in verdict.message
    assert len(service.asked) == 1, "a redirect is not followed"


def test_all_services_are_tried_at_once_and_come_in_their_order() -> None:
    meeting = threading.Barrier(2, timeout=20)

    def met(answer: Answer) -> Answer:
        def wait(asked: Asked) -> Told:
            meeting.wait()  # neither answers before the other was asked
            return answer(asked)

        return wait

    with StandIn(met(services.openai(KEY))) as far, StandIn(met(services.ollama([]))) as near:
        answers = make_answers(
            providers_openai_api_key=Secret(KEY),
            providers_openai_url=f"{far.url}/v1",
            providers_ollama_url=near.url,
        )
        verdicts = verify(endpoints(answers))
    found = [(verdict.name, verdict.result) for verdict in verdicts]
    assert found == [("openai", "accepted"), ("ollama", "accepted")]
