"""Whether the certificate authority answers, and is the one whose root was agreed on.

As step does: the root is fetched from the authority by its fingerprint, and believed only when it
has that fingerprint; everything else is asked over TLS that this root vouches for.
https://smallstep.com/docs/step-ca/
"""

import hashlib
import hmac
import json
import ssl
from http.client import HTTPException, HTTPSConnection

from mosaic_gateway.configuration.tier_config import CertificateAuthority
from mosaic_gateway.errors import AuthorityError

TIMEOUT_SECONDS = 2.0
LARGEST_ANSWER = 64 * 1024

_UNREACHABLE = "cannot be reached"
_ANOTHER = "is not the one whose root certificate is pinned"
_UNHEALTHY = "says that it is not well"


class Authority:
    """A probe; keeps the root once it is known to be the right one."""

    def __init__(self, config: CertificateAuthority) -> None:
        self._config = config
        self._trust: ssl.SSLContext | None = None

    def check(self) -> None:
        """Return when it is well; raises AuthorityError."""
        try:
            trust = self._trust or self._pinned()
            status, body = self._get("/health", trust)
        except ssl.SSLCertVerificationError:
            raise self._error(_ANOTHER) from None
        except (OSError, HTTPException):
            raise self._error(_UNREACHABLE) from None
        if status != 200 or body.get("status") != "ok":
            raise self._error(_UNHEALTHY)
        self._trust = trust

    def _pinned(self) -> ssl.SSLContext:
        status, body = self._get(f"/root/{self._config.fingerprint}", _trusting_anybody())
        root = _certificate(body.get("ca")) if status == 200 else b""
        fingerprint = hashlib.sha256(root).hexdigest()
        if not hmac.compare_digest(fingerprint, self._config.fingerprint):
            raise self._error(_ANOTHER)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # The very bytes that were checked: the text may hold other certificates behind them.
        context.load_verify_locations(cadata=root)
        return context

    def _get(self, path: str, context: ssl.SSLContext) -> tuple[int, dict[str, object]]:
        connection = HTTPSConnection(
            self._config.host, self._config.port, timeout=TIMEOUT_SECONDS, context=context
        )
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, _object(answer.read(LARGEST_ANSWER))
        finally:
            connection.close()

    def _error(self, what: str) -> AuthorityError:
        where = f"https://{self._config.host}:{self._config.port}"
        hint = "see whether step-ca runs, and whether its volume is still the one it began with"
        return AuthorityError(f"the certificate authority `{where}` {what}", hint, brief=what)


def _trusting_anybody() -> ssl.SSLContext:
    # For one question only, whose answer is checked against the fingerprint.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _certificate(text: object) -> bytes:
    """The first certificate of a PEM text; empty where there is none."""
    try:
        return ssl.PEM_cert_to_DER_cert(text.strip()) if isinstance(text, str) else b""
    except ValueError:
        return b""


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
