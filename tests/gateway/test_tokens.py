from collections.abc import Iterator
from hashlib import sha256

import httpx
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.kinds import ON_BOTH
from tests.gateway.process import PAGE, PASSWORD, client_of, error_id

# One program with the same rules: a normal run draws a database for each case, `--all` takes both.
pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]

TOKENS = "/api/admin/tokens"


@pytest.fixture
def signed_in(gateway: SetUpGateway) -> Iterator[httpx.Client]:
    with client_of(gateway.home) as client:
        body = {"email": "ada@example.org", "password": PASSWORD}
        assert client.post("/api/auth/sign-in/email", json=body).status_code == 200
        yield client


def _uses(client: httpx.Client, plaintext: str) -> httpx.Response:
    return client.get(TOKENS, headers={"Authorization": f"Bearer {plaintext}"})


def test_a_token_is_minted_listed_and_revoked(admin: httpx.Client, anyone: httpx.Client) -> None:
    minted = admin.post(TOKENS, json={"label": "laptop"})
    assert minted.status_code == 201
    token = minted.json()
    assert set(token) == {"id", "label", "plaintext", "scopes", "expiresAt"}
    assert token["expiresAt"] is None
    assert _uses(anyone, token["plaintext"]).status_code == 200
    [listed] = [each for each in admin.get(TOKENS).json() if each["id"] == token["id"]]
    moments = {"createdAt", "lastUsedAt", "expiresAt", "revokedAt"}
    assert set(listed) == {"id", "owner", "label", "scopes", "isCurrent", *moments}
    assert listed["isCurrent"] is False
    assert listed["lastUsedAt"] is not None
    revoked = admin.delete(f"{TOKENS}/{token['id']}")
    assert (revoked.status_code, revoked.content) == (204, b"")
    refused = _uses(anyone, token["plaintext"])
    assert (refused.status_code, error_id(refused)) == (401, "unauthenticated")
    assert refused.headers["www-authenticate"] == "Bearer"


def test_the_list_marks_the_token_that_it_was_asked_with(
    admin: httpx.Client, anyone: httpx.Client
) -> None:
    token = admin.post(TOKENS, json={"label": "mine"}).json()
    current = [row["id"] for row in _uses(anyone, token["plaintext"]).json() if row["isCurrent"]]
    assert current == [token["id"]]


def test_an_expired_token_is_refused(
    gateway: SetUpGateway, admin: httpx.Client, anyone: httpx.Client
) -> None:
    token = admin.post(TOKENS, json={"label": "short", "expiresInDays": 1}).json()
    assert token["expiresAt"].endswith("Z")
    assert _uses(anyone, token["plaintext"]).status_code == 200
    past = "2001-01-01 00:00:00.000000"
    gateway.home.sql("UPDATE tokens SET expires_at = ? WHERE id = ?", past, token["id"])
    assert _uses(anyone, token["plaintext"]).status_code == 401


def test_use_is_noted_at_most_once_a_minute(
    gateway: SetUpGateway, admin: httpx.Client, anyone: httpx.Client
) -> None:
    token = admin.post(TOKENS, json={"label": "noted"}).json()

    def noted() -> object:
        [(moment,)] = gateway.home.sql("SELECT last_used_at FROM tokens WHERE id = ?", token["id"])
        return moment

    assert noted() is None
    _uses(anyone, token["plaintext"])
    first = noted()
    _uses(anyone, token["plaintext"])
    assert noted() == first
    past = "2001-01-01 00:00:00.000000"
    gateway.home.sql("UPDATE tokens SET last_used_at = ? WHERE id = ?", past, token["id"])
    _uses(anyone, token["plaintext"])
    assert noted() not in {past, None}


def test_no_plaintext_is_stored(gateway: SetUpGateway) -> None:
    stored = gateway.home.backing.stored()
    assert b"Initial setup" in stored
    assert gateway.token.encode() not in stored
    assert gateway.token.removeprefix("mosaic_").encode() not in stored
    assert PASSWORD.encode() not in stored


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer nonsense", "Bearer mosaic_" + "A" * 43, "Basic QTpC"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_valid_credentials_it_is_401(
    anyone: httpx.Client, method: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    path = f"{TOKENS}/some-id" if method == "DELETE" else TOKENS
    body = {"label": "x"} if method == "POST" else None
    answer = anyone.request(method, path, headers=headers, json=body)
    assert (answer.status_code, error_id(answer)) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_session_does_as_well_from_our_own_pages(signed_in: httpx.Client) -> None:
    assert signed_in.get(TOKENS).status_code == 200
    assert signed_in.post(TOKENS, json={"label": "from session"}).status_code == 201
    ours = {"Origin": PAGE}
    assert signed_in.post(TOKENS, json={"label": "ours"}, headers=ours).status_code == 201
    theirs = {"Origin": "http://evil.example"}
    refused = signed_in.post(TOKENS, json={"label": "theirs"}, headers=theirs)
    assert (refused.status_code, error_id(refused)) == (403, "untrusted-origin")


def test_a_bad_bearer_token_is_not_saved_by_a_session(signed_in: httpx.Client) -> None:
    assert _uses(signed_in, "nonsense").status_code == 401


def test_who_is_no_administrator_gets_403(gateway: SetUpGateway, admin: httpx.Client) -> None:
    try:
        gateway.home.sql("UPDATE users SET role = 'member'")
        answer = admin.get(TOKENS)
    finally:
        gateway.home.sql("UPDATE users SET role = 'admin'")
    assert (answer.status_code, error_id(answer)) == (403, "not-administrator")


def test_revoking_what_is_not_there_is_404(admin: httpx.Client) -> None:
    answer = admin.delete(f"{TOKENS}/nothing")
    assert (answer.status_code, error_id(answer)) == (404, "no-such-token")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"label": ""},
        {"label": "x", "expiresInDays": 0},
        {"label": "x", "expiresInDays": 3651},
        {"label": "x", "expiresInDays": "7"},
        {"label": "x", "expiresInDays": True},
        {"label": "x", "scope": "all"},
    ],
)
def test_invalid_requests_are_400(admin: httpx.Client, body: dict[str, object]) -> None:
    assert admin.post(TOKENS, json=body).status_code == 400


def test_what_was_done_is_audited(gateway: SetUpGateway, admin: httpx.Client) -> None:
    token = admin.post(TOKENS, json={"label": "audited"}).json()
    admin.delete(f"{TOKENS}/{token['id']}")
    failed = {"email": "intruder@example.org", "password": "some password"}
    admin.post("/api/auth/sign-in/email", json=failed)
    admin.post("/api/auth/sign-in/email", json={"email": "ada@example.org", "password": PASSWORD})
    rows = gateway.home.sql("SELECT actor, action, subject, client FROM audit")
    [(user_id,)] = gateway.home.sql("SELECT id FROM users")
    ada = f"user:{user_id}"
    assert (ada, "setup", user_id, "127.0.0.1") in rows
    assert (ada, "token-minted", token["id"], "127.0.0.1") in rows
    assert (ada, "token-revoked", token["id"], "127.0.0.1") in rows
    assert (ada, "sign-in", user_id, "127.0.0.1") in rows
    nobody = f"sha256:{sha256(b'intruder@example.org').hexdigest()}"
    assert ("anonymous", "sign-in-failed", nobody, "127.0.0.1") in rows
