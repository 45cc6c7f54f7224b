"""The gateway's contract over HTTP, always directly: no proxy stands before our own gateway."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from mosaic_installer.core.frozen import frozen
from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import Credential, Founder, Minted, TokenRow
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError, GatewayUnready, InstallerError
from mosaic_installer.machine import wire

READ_SECONDS = 10.0
CHANGE_SECONDS = 30.0
PROBE_SECONDS = 2.5
"""The longest that a call takes as a whole, whoever answers: what changes something has the time of
a busy machine, and who only asks whether it is there (`mosaic status`) has no patience."""
TOKENS = "/api/admin/tokens"
SETUP_HEADER = "X-Mosaic-Setup"
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


class HttpGateway:
    """`GatewayApi` of the gateway that listens at `gateway.url`."""

    def __init__(self, gateway: Gateway) -> None:
        self._url = urlsplit(gateway.url)

    def version(self) -> str | None:
        try:
            response = self._call("GET", "/health", seconds=PROBE_SECONDS)
            version = response.body["version"] if response.status == 200 else None
        except (InstallerError, KeyError, TypeError):
            return None
        return version if isinstance(version, str) else None

    def database_fault(self) -> str:
        try:
            response = self._call("GET", "/health/ready", seconds=PROBE_SECONDS)
            return str(response.body["checks"]["database"]["error"] or "")[:LONGEST_MESSAGE]
        except (InstallerError, KeyError, TypeError):
            return ""  # too busy to say, or a foreign gateway

    def needs_setup(self) -> bool:
        response = self._call("GET", "/api/bootstrap/status")
        answer = response.body.get("needsSetup") if isinstance(response.body, dict) else None
        if response.status != 200 or not isinstance(answer, bool):
            raise self._unexpected("its setup status", response)
        return answer

    def set_up(self, new: Founder) -> Secret:
        wanted = {"name": new.name, "email": new.email, "password": new.password.reveal()}
        headers = {SETUP_HEADER: new.setup_secret.reveal()} if new.setup_secret else {}
        response = self._call("POST", "/api/bootstrap/setup", body=wanted, headers=headers)
        if response.status == 404:
            raise CredentialError(
                "the gateway does not know the setup secret",
                "`mosaic gateway restart` lets it read its secrets again",
            )
        if response.status != 201:
            raise self._unexpected("the setup", response)
        try:
            return Secret(response.body["token"]["plaintext"])
        except (KeyError, TypeError):
            raise self._unexpected("the setup", response) from None

    def accepts(self, credential: Credential) -> bool:
        if not credential.secret.reveal().isprintable():
            return False
        try:
            response = self._call("GET", TOKENS, headers=_headers(credential))
        except (ValueError, UnicodeEncodeError):
            return False  # no credential at all: it cannot even stand in a header
        if response.status in {401, 403}:
            return False
        if response.status == 200 and _token_rows(response.body) is not None:
            return True
        raise self._unexpected("an authenticated call", response)

    def sign_in(self, email: str, password: Secret) -> Secret:
        wanted = {"email": email, "password": password.reveal()}
        response = self._call("POST", "/api/auth/sign-in/email", body=wanted)
        if response.status == 429:
            raise CredentialError(
                "too many attempts to sign in",
                f"wait {response.retry_after or 'some'} seconds, then try again",
            )
        if response.status != 200 or response.cookie is None:
            raise self._unexpected("the sign-in", response)
        return Secret(response.cookie)

    def sign_out(self, session: Secret) -> None:
        headers = _headers(Credential(kind="session", secret=session))
        self._call("POST", "/api/auth/sign-out", headers=headers)

    def mint(self, credential: Credential, label: str, days: int | None) -> Minted:
        wanted = {"label": label} | ({} if days is None else {"expiresInDays": days})
        response = self._call("POST", TOKENS, body=wanted, headers=_headers(credential))
        if response.status != 201:
            raise self._unexpected("the request for a token", response)
        return minted_from(response.body)

    def tokens(self, credential: Credential) -> tuple[TokenRow, ...]:
        response = self._call("GET", TOKENS, headers=_headers(credential))
        rows = _token_rows(response.body)
        if response.status != 200 or rows is None:
            raise self._unexpected("the request for its tokens", response)
        return rows

    def revoke(self, credential: Credential, token_id: str) -> None:
        path = f"{TOKENS}/{quote(token_id, safe='')}"
        response = self._call("DELETE", path, headers=_headers(credential))
        if response.status == 404:
            raise InstallerError(
                f"the gateway has no token `{token_id}`", "`mosaic token list` shows all of them"
            )
        if response.status != 204:
            raise self._unexpected("the revocation", response)

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Response:
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

    def _unreachable(self, error: Exception) -> InstallerError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return InstallerError(
            f"the gateway at `{self._url.geturl()}` does not answer: {reason}",
            "`mosaic status` shows whether it runs, `mosaic gateway logs` what it says",
            identifier="gateway-unreachable",
        )

    def _unexpected(self, what: str, response: Response) -> InstallerError:
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


def minted_from(row: Any) -> Minted:
    """Return the token of a gateway's answer; raises `InstallerError` when there is none."""
    try:
        return Minted(id=str(row["id"]), token=Secret(str(row["plaintext"])))
    except (KeyError, TypeError):
        raise InstallerError(
            "the gateway did not give a token",
            "`mosaic gateway logs` shows what happened there",
            identifier="gateway-unexpected",
        ) from None


def _token_rows(body: Any) -> tuple[TokenRow, ...] | None:
    """Return the rows of a gateway's list, None when it is something else."""
    if not isinstance(body, list):
        return None
    try:
        return tuple(_token_row(row) for row in body)
    except (KeyError, TypeError, AttributeError):
        return None


def _token_row(row: Any) -> TokenRow:
    return TokenRow(
        id=row["id"],
        label=row["label"],
        created_at=row["createdAt"],
        last_used_at=row["lastUsedAt"],
        expires_at=row["expiresAt"],
        revoked_at=row["revokedAt"],
        is_current=row.get("isCurrent", False),
    )


def _headers(credential: Credential) -> dict[str, str]:
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
