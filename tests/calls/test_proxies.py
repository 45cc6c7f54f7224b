"""A proxy between us and a service: whom it is for, whom it lets through, who is to blame."""

import ssl
from collections.abc import Callable

import pytest
from tests.calls.trying import endpoint, saying, verdict_on
from tests.standins import services
from tests.standins.proxy import Proxy
from tests.standins.server import StandIn

from mosaic_installer.machine.web.calls import proxy_for

pytestmark = pytest.mark.call

KEY = "sk-the-right-one-0123456789"
FAR = "https://models.example"
"""A name that nothing but the stand-in of a proxy can lead to."""
Certified = Callable[[str], ssl.SSLContext]


@pytest.mark.usefixtures("_trusted")
def test_a_proxy_leads_to_services_outside_and_spares_this_machine(
    certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        StandIn(services.openai(KEY), certified("models.example")) as service,
        StandIn(services.ollama([])) as near,
        Proxy(service.port) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert verdict_on(endpoint("openai", f"{FAR}/v1", KEY)).result == "accepted"
        assert verdict_on(endpoint("ollama", near.url)).result == "accepted"
    (asked,) = proxy.asked
    assert asked.startswith("CONNECT models.example:443 ")


def test_a_host_that_no_proxy_names_is_called_directly(
    monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port}")
    monkeypatch.setenv("NO_PROXY", ".invalid")
    assert verdict_on(endpoint("openai", "https://no-such-host.invalid", KEY)).cause == "dns"


@pytest.mark.parametrize(
    ("url", "is_spared"),
    [
        ("https://api.example", False),
        ("https://here.example", True),
        ("https://deep.inside.example", True),
        ("http://10.1.2.3:11434", True),
        ("http://11.1.2.3:11434", False),
        ("http://[fd00::7]", True),
        ("http://127.0.0.1", True),
        ("http://localhost:4318", True),
    ],
)
def test_the_usual_words_spare_hosts_endings_and_networks(
    url: str,
    is_spared: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    words = "here.example, .inside.example, 10.0.0.0/8, fd00::/8, not/a/network"
    monkeypatch.setenv("NO_PROXY", words)
    assert (proxy_for(url) is None) is is_spared


@pytest.mark.parametrize(
    ("refuses", "user", "words"),
    [
        (True, "ada:sesame@", "Tunnel connection failed: 403 Forbidden"),
        (False, "ada:wrong@", "Tunnel connection failed: 407"),
    ],
)
def test_a_proxy_that_lets_nobody_through_is_named_without_its_password(
    refuses: bool,  # noqa: FBT001
    user: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Proxy(9, password="sesame", refuses=refuses) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{user}127.0.0.1:{proxy.port}")
        verdict = verdict_on(endpoint("openai", FAR, KEY))
    assert (verdict.result, verdict.cause) == ("unreachable", "proxy")
    assert words.lower() in verdict.message.lower()
    assert f"the proxy `127.0.0.1:{proxy.port}`" in verdict.message
    assert user.partition(":")[2].rstrip("@") not in verdict.message


@pytest.mark.usefixtures("_trusted")
def test_a_proxy_with_a_password_lets_us_through(
    certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        StandIn(services.openai(KEY), certified("models.example")) as service,
        Proxy(service.port, password="sesame") as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:sesame@127.0.0.1:{proxy.port}")
        assert verdict_on(endpoint("openai", f"{FAR}/v1", KEY)).result == "accepted"


def test_a_proxy_that_speaks_another_language_is_to_blame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with saying(b"\x05\xff not HTTP\r\n") as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{port}")
        verdict = verdict_on(endpoint("openai", FAR, KEY))
    assert (verdict.cause, "does not speak HTTP" in verdict.message) == ("proxy", True)


def test_a_proxy_that_is_not_there_is_to_blame(
    monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port}")
    verdict = verdict_on(endpoint("openai", FAR, KEY))
    assert (verdict.cause, "connection refused" in verdict.message) == ("proxy", True)
