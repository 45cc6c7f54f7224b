"""One service tried, with the address and the secret that a test gives it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.make import make_answers

from mosaic_installer.core.connections.endpoint import Endpoint, endpoints
from mosaic_installer.core.connections.verdict import Verdict
from mosaic_installer.core.secret import Secret
from mosaic_installer.machine.web.verify import verify

CLIENT_SECRET = "client-secret"
PATIENCE = 20.0
"""Seconds that a right answer may take on a busy machine."""


def endpoint(name: str, url: str, key: str = "", **answers: object) -> Endpoint:
    """Return the service `name` as answers with that address and secret describe it."""
    section, ending = {
        "discord": ("channels", "bot_token"),
        "telegram": ("channels", "bot_token"),
    }.get(name, ("providers", "api_key"))
    given: dict[str, object] = {f"{section}_{name}_url": url, **answers}
    if key:
        given[f"{section}_{name}_{ending}"] = Secret(key)
    (found,) = endpoints(make_answers(**given))
    return found


def sign_on(issuer: str, name: str = "keycloak", secret: str = CLIENT_SECRET) -> Endpoint:
    """Return a sign-on with that issuer."""
    given = {
        f"sign_on_{name}_issuer": issuer,
        f"sign_on_{name}_client_id": "mosaic",
        f"sign_on_{name}_client_secret": Secret(secret),
    }
    (found,) = endpoints(make_answers(**given))
    return found


def collector(url: str, headers: str | None = None) -> Endpoint:
    """Return a collector of traces at that address."""
    given = {"telemetry_otlp_headers": Secret(headers)} if headers else {}
    (found,) = endpoints(make_answers(telemetry_enabled=True, telemetry_endpoint=url, **given))
    return found


def verdict_on(tried: Endpoint, *, completes: bool = False, seconds: float = PATIENCE) -> Verdict:
    """Try one service; its secret is never in what comes out."""
    (verdict,) = verify([tried], completes=completes, seconds=seconds)
    if tried.secret is not None:
        assert tried.secret.reveal() not in repr(verdict)
        assert tried.secret.reveal() not in repr(tried)
    if verdict.result != "accepted":
        assert verdict.message
        assert verdict.hint
    return verdict


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """Give the port of a server that says this to its first client, whatever that wants."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(words)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
