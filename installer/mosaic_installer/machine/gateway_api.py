"""The gateway's contract over HTTP."""

from typing import Any
from urllib.parse import quote

from mosaic_installer.core.gateway import Gateway
from mosaic_installer.core.machine.api import (
    PROBE_SECONDS,
    Credential,
    Founder,
    Minted,
    TokenRow,
)
from mosaic_installer.core.secret import Secret
from mosaic_installer.errors import CredentialError, InstallerError
from mosaic_installer.machine.agents_api import AGENTS
from mosaic_installer.machine.ahead import Ahead
from mosaic_installer.machine.gateway_calls import LONGEST_MESSAGE, GatewayCalls, headers_of

HEALTH = "/health"
SETUP_STATUS = "/api/bootstrap/status"
TOKENS = "/api/admin/tokens"
SETUP_HEADER = "X-Mosaic-Setup"


class HttpGateway:
    """`GatewayApi` of the gateway that listens at `gateway.url`."""

    def __init__(self, gateway: Gateway, ahead: Ahead | None = None) -> None:
        self._calls = GatewayCalls(gateway.url, ahead=ahead)

    def version(self, seconds: float = PROBE_SECONDS) -> str | None:
        try:
            response = self._calls.call("GET", HEALTH, seconds=seconds)
            version = response.body["version"] if response.status == 200 else None
        except (InstallerError, KeyError, TypeError):
            return None
        return version if isinstance(version, str) else None

    def database_fault(self) -> str:
        try:
            response = self._calls.call("GET", "/health/ready", seconds=PROBE_SECONDS)
            return str(response.body["checks"]["database"]["error"] or "")[:LONGEST_MESSAGE]
        except (InstallerError, KeyError, TypeError):
            return ""  # too busy to say, or a foreign gateway

    def needs_setup(self) -> bool:
        response = self._calls.call("GET", SETUP_STATUS)
        answer = response.body.get("needsSetup") if isinstance(response.body, dict) else None
        if response.status != 200 or not isinstance(answer, bool):
            raise self._calls.unexpected("its setup status", response)
        return answer

    def set_up(self, new: Founder) -> Secret:
        wanted = {"name": new.name, "email": new.email, "password": new.password.reveal()}
        headers = {SETUP_HEADER: new.setup_secret.reveal()} if new.setup_secret else {}
        response = self._calls.call("POST", "/api/bootstrap/setup", body=wanted, headers=headers)
        if response.status == 404:
            raise CredentialError(
                "the gateway does not know the setup secret",
                "`mosaic gateway restart` lets it read its secrets again",
            )
        if response.status != 201:
            raise self._calls.unexpected("the setup", response)
        try:
            return Secret(response.body["token"]["plaintext"])
        except (KeyError, TypeError):
            raise self._calls.unexpected("the setup", response) from None

    def accepts(self, credential: Credential) -> bool:
        if not credential.secret.reveal().isprintable():
            return False
        try:
            response = self._calls.call("GET", TOKENS, headers=headers_of(credential))
        except (ValueError, UnicodeEncodeError):
            return False  # no credential at all: it cannot even stand in a header
        if response.status in {401, 403}:
            return False
        if response.status == 200 and _token_rows(response.body) is not None:
            return True
        raise self._calls.unexpected("an authenticated call", response)

    def sign_in(self, email: str, password: Secret) -> Secret:
        wanted = {"email": email, "password": password.reveal()}
        response = self._calls.call("POST", "/api/auth/sign-in/email", body=wanted)
        if response.status == 429:
            raise CredentialError(
                "too many attempts to sign in",
                f"wait {response.retry_after or 'some'} seconds, then try again",
            )
        if response.status != 200 or response.cookie is None:
            raise self._calls.unexpected("the sign-in", response)
        return Secret(response.cookie)

    def sign_out(self, session: Secret) -> None:
        headers = headers_of(Credential(kind="session", secret=session))
        self._calls.call("POST", "/api/auth/sign-out", headers=headers)

    def mint(self, credential: Credential, label: str, days: int | None) -> Minted:
        wanted = {"label": label} | ({} if days is None else {"expiresInDays": days})
        response = self._calls.call("POST", TOKENS, body=wanted, headers=headers_of(credential))
        if response.status != 201:
            raise self._calls.unexpected("the request for a token", response)
        return minted_from(response.body)

    def tokens(self, credential: Credential) -> tuple[TokenRow, ...]:
        response = self._calls.call("GET", TOKENS, headers=headers_of(credential))
        rows = _token_rows(response.body)
        if response.status != 200 or rows is None:
            raise self._calls.unexpected("the request for its tokens", response)
        return rows

    def revoke(self, credential: Credential, token_id: str) -> None:
        path = f"{TOKENS}/{quote(token_id, safe='')}"
        response = self._calls.call("DELETE", path, headers=headers_of(credential))
        if response.status == 404:
            raise InstallerError(
                f"the gateway has no token `{token_id}`", "`mosaic token list` shows all of them"
            )
        if response.status != 204:
            raise self._calls.unexpected("the revocation", response)


class SeenGateway(HttpGateway):
    """One that is not asked again where it has answered well: for one decision.

    What will be asked anyhow can be sent before, and waits in `ahead` until somebody asks.
    """

    def __init__(self, gateway: Gateway, ahead: Ahead) -> None:
        super().__init__(gateway, ahead)
        self._version: str | None = None
        self._accepted: set[Credential] = set()
        self._begun: set[Credential | None] = set()

    def begin(self, credential: Credential | None = None) -> None:
        """Send what is asked of every gateway, or what is asked of it with this credential."""
        if credential in self._begun:
            return
        self._begun.add(credential)
        headers = None if credential is None else headers_of(credential)
        for path in (HEALTH, SETUP_STATUS) if credential is None else (TOKENS, AGENTS):
            self._calls.begin(path, headers)

    def version(self, seconds: float = PROBE_SECONDS) -> str | None:
        self._version = self._version or super().version(seconds)
        return self._version

    def accepts(self, credential: Credential) -> bool:
        if credential not in self._accepted and super().accepts(credential):
            self._accepted.add(credential)
        return credential in self._accepted


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
        owner=row.get("owner", ""),
        scopes=tuple(row.get("scopes", ())),
    )
