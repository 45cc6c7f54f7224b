"""The gateway's contract over HTTP, always directly: no proxy stands before our own gateway."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError, InstallerError

TIMEOUT = 30.0
PROBE_TIMEOUT = 5.0


@dataclass(frozen=True, kw_only=True)
class Response:
    """A status, and the decoded JSON body (None when there is none, or it is not JSON)."""

    status: int
    body: Any


class HttpGateway:
    """`GatewayApi` of the gateway that listens at `gateway.url`."""

    def __init__(self, gateway: Gateway) -> None:
        self._url = urlsplit(gateway.url)

    def version(self) -> str | None:
        try:
            response = self._call("GET", "/health", timeout=PROBE_TIMEOUT)
        except InstallerError:
            return None
        if response.status != 200 or not isinstance(response.body, dict):
            return None
        version = response.body.get("version")
        return version if isinstance(version, str) else None

    def needs_setup(self) -> bool:
        response = self._call("GET", "/api/bootstrap/status")
        if response.status != 200 or not isinstance(response.body, dict):
            raise self._unexpected("its setup status", response)
        return response.body.get("needsSetup") is True

    def set_up(self, name: str, email: str, password: Secret) -> Secret:
        wanted = {"name": name, "email": email, "password": password.reveal()}
        response = self._call("POST", "/api/bootstrap/setup", body=wanted)
        if response.status != 201:
            raise self._unexpected("the setup", response)
        try:
            return Secret(response.body["token"]["plaintext"])
        except (KeyError, TypeError):
            raise self._unexpected("the setup", response) from None

    def accepts(self, token: Secret) -> bool:
        if not token.reveal().isprintable():
            return False
        try:
            headers = {"Authorization": f"Bearer {token.reveal()}"}
            response = self._call("GET", "/api/admin/tokens", headers=headers)
        except (ValueError, UnicodeEncodeError):
            return False  # no token at all: it cannot even stand in a header
        if response.status in {200, 401, 403}:
            return response.status == 200
        raise self._unexpected("an authenticated call", response)

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> Response:
        host, port = self._url.hostname or "", self._url.port
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        sent = {"Accept": "application/json", "Content-Type": "application/json"} | dict(
            headers or {}
        )
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, body=content, headers=sent)
            answer = connection.getresponse()
            return Response(status=answer.status, body=_decoded(answer.read()))
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()

    def _unreachable(self, error: Exception) -> InstallerError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return InstallerError(
            f"the gateway at `{self._url.geturl()}` does not answer: {reason}",
            "`mosaic status` shows whether it runs, `mosaic gateway logs` what it says",
            identifier="gateway-unreachable",
        )

    def _unexpected(self, what: str, response: Response) -> InstallerError:
        said = _message(response.body)
        error = CredentialError if response.status in {401, 403} else InstallerError
        identifier = None if error is CredentialError else "gateway-unexpected"
        return error(
            f"the gateway answered {what} with status {response.status}{said}",
            "`mosaic gateway logs` shows what happened there",
            identifier=identifier,
        )


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _message(body: Any) -> str:
    try:
        return f": {body['error']['message']}"
    except (KeyError, TypeError):
        return ""
