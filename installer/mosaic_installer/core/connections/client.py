"""Try an OpenID client: the provider of identities says whether it knows us, with nobody there.

We redeem a code that nobody was given. Who authenticates the client first calls the code invalid
(`invalid_grant`) only where id and secret are right, else the client (`invalid_client`):
https://www.rfc-editor.org/rfc/rfc6749#section-5.2.
"""

from base64 import b64encode
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from mosaic_installer.core.connections.call import Call, Lost, Reply
from mosaic_installer.core.connections.endpoint import Endpoint
from mosaic_installer.core.connections.judgement import (
    accepted,
    quoted,
    refused,
    unreachable,
)
from mosaic_installer.core.connections.verdict import Verdict

MADE_UP = "mosaic-tries-this-client"
CODE = {"grant_type": "authorization_code", "code": MADE_UP}
REFRESH = {"grant_type": "refresh_token", "refresh_token": MADE_UP}
IN_BODY, IN_HEADER = "client_secret_post", "client_secret_basic"


def try_client(
    endpoint: Endpoint, document: Mapping[str, Any]
) -> Generator[Call, Reply | Lost, Verdict]:
    """Try id and secret at the token endpoint that a discovery document names."""
    if not _is_beside(str(document["token_endpoint"]), endpoint.url):
        return accepted(endpoint, note="; its tokens come from another host, which got no secret")
    answer = yield _redeem(endpoint, document, {**CODE, "redirect_uri": endpoint.callback or ""})
    if _error_of(answer) == "invalid_client" and endpoint.name == "authentik":
        return (yield from _try_again(endpoint, document))
    return _judged(endpoint, answer)


def _try_again(
    endpoint: Endpoint, document: Mapping[str, Any]
) -> Generator[Call, Reply | Lost, Verdict]:
    """Tell a wrong secret from an address that is not registered: Authentik says the same of both.

    It looks at the address only for codes: `TokenParams` in
    https://github.com/goauthentik/authentik/blob/main/authentik/providers/oauth2/views/token.py
    """
    if _error_of((yield _redeem(endpoint, document, REFRESH))) != "invalid_grant":
        return refused(endpoint)
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="unexpected",
        message=f"{endpoint.title} knows the client, but not `{endpoint.callback}`",
        hint="register that address there as a redirect URI",
    )


def _judged(endpoint: Endpoint, answer: Reply | Lost) -> Verdict:
    if isinstance(answer, Lost):
        return unreachable(endpoint, answer)
    match _error_of(answer):
        case "invalid_grant":
            return accepted(endpoint, note=", and knows the client")
        case "invalid_client":
            return refused(endpoint)
        case "unauthorized_client":
            return _not_with_codes(endpoint, answer)
        case _:
            return accepted(endpoint, note="; the client secret could not be tried")


def _not_with_codes(endpoint: Endpoint, answer: Reply) -> Verdict:
    why = quoted(endpoint, answer)
    return Verdict(
        name=endpoint.name,
        kind=endpoint.kind,
        result="unexpected",
        message=f"{endpoint.title} does not let the client sign people in{why}",
        hint="allow it the authorization code flow there",
    )


def _redeem(endpoint: Endpoint, document: Mapping[str, Any], grant: Mapping[str, str]) -> Call:
    """Return the call with the secret where the provider takes it.

    WorkOS wants it in the body: https://workos.com/docs/reference/workos-connect/token. Who says
    nothing takes it in the header: https://www.rfc-editor.org/rfc/rfc8414#section-2.
    """
    secret = endpoint.secret.reveal() if endpoint.secret else ""
    methods = document.get("token_endpoint_auth_methods_supported") or [IN_HEADER]
    url = str(document["token_endpoint"])
    if endpoint.name == "workos" or IN_BODY in methods:
        client = {"client_id": endpoint.client_id, "client_secret": secret}
        return Call(url=url, form={**grant, **client})
    pair = f"{quote(endpoint.client_id, safe='')}:{quote(secret, safe='')}"
    headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return Call(url=url, headers=headers, form=grant)


def _error_of(answer: Reply | Lost) -> str:
    """Return the error that the token endpoint gives, in the words of RFC 6749.

    Keycloak says `unauthorized_client` of a wrong secret, too, with status 401:
    https://github.com/keycloak/keycloak/issues/16923
    """
    body = answer.body if isinstance(answer, Reply) else None
    error = body.get("error") if isinstance(body, dict) else None
    is_refusal = isinstance(answer, Reply) and answer.status == 401
    return "invalid_client" if is_refusal and error == "unauthorized_client" else str(error)


def _is_beside(url: str, issuer: str) -> bool:
    """Return whether the secret goes where the person sent it: to the issuer's own host."""
    there, here = urlsplit(url), urlsplit(issuer)
    return (there.scheme, there.netloc) == (here.scheme, here.netloc)
