"""Providers of identities with one client each: what they publish, and whom they let redeem a code.

Authentik as in authentik/providers/oauth2/views/token.py of its repository, Keycloak as in its
issue 16923, WorkOS as in https://workos.com/docs/reference/workos-connect/token.
"""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

from tests.standins.server import Asked, Told

DOCUMENT = "/.well-known/openid-configuration"
TOKENS = "/token"
INVALID_GRANT = Told(status=400, body={"error": "invalid_grant"})
INVALID_CLIENT = Told(status=400, body={"error": "invalid_client"})
OF_KEYCLOAK = {
    "error": "unauthorized_client",
    "error_description": "Invalid client or Invalid client credentials",
}
BOTH = ("client_secret_post", "client_secret_basic")


@dataclass(kw_only=True)
class Identities:
    """Answers as the provider `name` does; `issuer` is known once there is an address."""

    name: Literal["authentik", "workos", "keycloak"]
    path: str = ""
    issuer: str = ""
    tokens: str = ""
    """Where tokens come from; empty: from beside the issuer."""
    client: str = "mosaic"
    secret: str = "client-secret"
    callback: str = ""
    """The address that is registered; empty: any is."""
    methods: tuple[str, ...] = BOTH

    def __call__(self, asked: Asked) -> Told:
        match asked.method, asked.path.removeprefix(self.path):
            case "GET", path if path == DOCUMENT:
                return Told(body=self._document())
            case "POST", path if path == TOKENS:
                return self._redeemed(asked)
            case _:
                return Told(status=404, body={"detail": "Not Found"})

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": self.tokens,
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": list(self.methods),
        }

    def _redeemed(self, asked: Asked) -> Told:
        if self._client_of(asked) != (self.client, self.secret):
            return Told(status=401, body=OF_KEYCLOAK) if self.name == "keycloak" else INVALID_CLIENT
        given = asked.body.get("redirect_uri")
        is_code = asked.body["grant_type"] == "authorization_code"
        if self.name == "authentik" and is_code and self.callback not in {"", given}:
            return INVALID_CLIENT
        return INVALID_GRANT

    def _client_of(self, asked: Asked) -> tuple[str, str] | None:
        in_body = (asked.body.get("client_id"), asked.body.get("client_secret"))
        if None not in in_body:
            return in_body if "client_secret_post" in self.methods else None
        scheme, _, pair = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or "client_secret_basic" not in self.methods:
            return None
        client, _, secret = b64decode(pair).decode().partition(":")
        return unquote(client), unquote(secret)
