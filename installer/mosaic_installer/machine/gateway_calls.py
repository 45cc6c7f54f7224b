"""One call to the gateway over HTTP, always directly: no proxy stands before our own gateway."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.machine.api import Credential
from mosaic_installer.errors import CredentialError, GatewayUnready, InstallerError
from mosaic_installer.machine import wire

READ_SECONDS = 10.0
CHANGE_SECONDS = 30.0
PROBE_SECONDS = 2.5
"""The longest that a call takes as a whole, whoever answers: what changes something has the time of
a busy machine, and who only asks whether it is there (`mosaic status`) has no patience."""
COOKIE = "mosaic_session"
UNAVAILABLE = 503
LONGEST_MESSAGE = 400


@frozen
class Response:
    """A status, and the decoded JSON body (None when there is none, or it is not JSON)."""

    status: int
    body: Any
    cookie: str | None = None
    retry_after: str | None = None


class GatewayCalls:
    """Asks the gateway at `url`, and says what an answer means that nobody expected."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Response:
        """Return the answer; raises `InstallerError` when there is none in `seconds`."""
        host, port = self._url.hostname or "", self._url.port or 80
        kind = "application/json"
        sent = {"Host": self._url.netloc, "Accept": kind, "Content-Type": kind, **(headers or {})}
        content = None if body is None else json.dumps(body).encode()
        request = wire.Request(method=method, target=path, headers=sent, body=content)
        longest = seconds or (READ_SECONDS if method == "GET" else CHANGE_SECONDS)
        until = time.monotonic() + longest
        try:
            with wire.connected(host, port, longest) as connection:
                answer = wire.ask(connection, request, until=until)
        except OSError as error:
            raise self._unreachable(error) from error
        return Response(
            status=answer.status,
            body=_decoded(answer.content),
            cookie=_session_of(answer.headers.get("set-cookie")),
            retry_after=answer.headers.get("retry-after"),
        )

    def _unreachable(self, error: Exception) -> GatewayUnready:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return GatewayUnready(
            f"the gateway at `{self._url.geturl()}` does not answer: {reason}",
            "`mosaic status` shows whether it runs, `mosaic gateway logs` what it says",
            identifier="gateway-unreachable",
        )

    def unexpected(self, what: str, response: Response) -> InstallerError:
        """Return the error for an answer to `what` that is not in the contract."""
        said = _message(response.body)
        if response.status == UNAVAILABLE:
            return GatewayUnready(
                f"the gateway cannot answer {what} now{said}",
                "`mosaic status` shows what is down; `mosaic install` starts it again",
            )
        if response.status < 300:
            return InstallerError(
                f"what answers at `{self._url.geturl()}` is no Mosaic gateway",
                "`mosaic doctor` names the program that has its port",
                identifier="gateway-unexpected",
            )
        error = CredentialError if response.status in {401, 403} else InstallerError
        identifier = None if error is CredentialError else "gateway-unexpected"
        return error(
            f"the gateway answered {what} with status {response.status}{said}",
            "`mosaic gateway logs` shows what happened there",
            identifier=identifier,
        )


def headers_of(credential: Credential) -> dict[str, str]:
    """Return what a call by this credential is sent with."""
    text = credential.secret.reveal()
    if credential.kind == "session":
        return {"Cookie": f"{COOKIE}={text}"}
    return {"Authorization": f"Bearer {text}"}


def _session_of(header: str | None) -> str | None:
    name, _, rest = (header or "").partition("=")
    return rest.partition(";")[0] or None if name == COOKIE else None


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _message(body: Any) -> str:
    try:
        return f": {str(body['error']['message'])[:LONGEST_MESSAGE]}"
    except (KeyError, TypeError):
        return ""
