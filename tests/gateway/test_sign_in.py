import time

import httpx
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.kinds import ON_ALL
from tests.gateway.process import ADMIN, PAGE, PASSWORD, SECRET, Home, client_of, error_id

pytestmark = [pytest.mark.gateway, ON_ALL]

SIGN_IN = "/api/auth/sign-in/email"
RIGHT = {"email": "ada@EXAMPLE.org", "password": PASSWORD}
WRONG = {"email": "ada@example.org", "password": "wrong password"}


def test_signing_in_opens_a_session_and_signing_out_ends_it(anyone: httpx.Client) -> None:
    assert anyone.get("/api/auth/get-session").json() is None
    answer = anyone.post(SIGN_IN, json=RIGHT)
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == ADMIN["email"]
    session = anyone.get("/api/auth/get-session").json()
    assert session["user"]["role"] == "admin"
    assert session["session"]["expiresAt"].endswith("Z")
    key = anyone.cookies["mosaic_session"]
    assert anyone.post("/api/auth/sign-out").status_code == 200
    stolen = {"Cookie": f"mosaic_session={key}"}
    assert anyone.get("/api/auth/get-session", headers=stolen).json() is None


@pytest.mark.any_kind
def test_the_cookie_is_for_http_and_this_site_only(anyone: httpx.Client) -> None:
    cookie = anyone.post(SIGN_IN, json=RIGHT).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=604800" in cookie
    assert "secure" not in cookie


@pytest.mark.any_kind
def test_the_cookie_is_secure_for_a_page_over_https(home: Home) -> None:
    home.start({"MOSAIC_CORS_ORIGIN": "https://mosaic.example, http://localhost:3000"})
    home.set_up()
    with client_of(home) as client:
        answer = client.post(SIGN_IN, json=RIGHT, headers={"Origin": "https://mosaic.example"})
    assert "; secure" in answer.headers["set-cookie"].lower()


@pytest.mark.any_kind
@pytest.mark.parametrize("origin", [PAGE, "own", "own-localhost"])
def test_trusted_origins_may_sign_in(
    gateway: SetUpGateway, anyone: httpx.Client, origin: str
) -> None:
    own = {"own": gateway.home.url, "own-localhost": f"http://localhost:{gateway.home.port}"}
    headers = {"Origin": own.get(origin, origin)}
    assert anyone.post(SIGN_IN, json=RIGHT, headers=headers).status_code == 200


@pytest.mark.any_kind
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:3000"])
def test_other_origins_may_not(anyone: httpx.Client, origin: str) -> None:
    answer = anyone.post(SIGN_IN, json=RIGHT, headers={"Origin": origin})
    assert (answer.status_code, error_id(answer)) == (403, "untrusted-origin")
    assert "set-cookie" not in answer.headers


@pytest.mark.any_kind
def test_a_rebound_host_name_is_not_our_own_address(
    gateway: SetUpGateway, anyone: httpx.Client
) -> None:
    host = f"evil.example:{gateway.home.port}"
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert anyone.post(SIGN_IN, json=RIGHT, headers=headers).status_code == 403


def test_wrong_and_unknown_look_the_same_and_take_as_long(anyone: httpx.Client) -> None:
    wrong = [anyone.post(SIGN_IN, json=WRONG) for _ in range(3)]
    strangers = [{**WRONG, "email": f"nobody-{number}@example.org"} for number in range(3)]
    unknown = [anyone.post(SIGN_IN, json=stranger) for stranger in strangers]
    assert {answer.status_code for answer in wrong + unknown} == {401}
    assert wrong[0].json() == unknown[0].json()
    # Argon2 takes tens of milliseconds, an answer without it takes two or three. The quickest of
    # each tells, however busy the machine is.
    assert min(each.elapsed for each in unknown) > min(each.elapsed for each in wrong) / 5
    assert anyone.post(SIGN_IN, json=RIGHT).status_code == 200


def test_failures_are_answered_with_growing_waits_that_a_right_password_does_not_skip(
    fresh: Home,
) -> None:
    # A wait is read where it is kept, and ended there: here nothing hangs on how quick we are.
    fresh.set_up()
    kept = fresh.backing
    with client_of(fresh) as client:
        for _ in range(4):
            assert client.post(SIGN_IN, json=WRONG).status_code == 401
            assert kept.waits() == [0]
        assert client.post(SIGN_IN, json=WRONG).status_code == 401
        assert kept.waits() == [1]
        kept.close_throttles()
        blocked = client.post(SIGN_IN, json=RIGHT)
        assert (blocked.status_code, error_id(blocked)) == (429, "too-many-attempts")
        assert 3000 < int(blocked.headers["retry-after"]) <= 3600
        kept.open_throttles()
        assert client.post(SIGN_IN, json=WRONG).status_code == 401
        assert kept.waits() == [2]
        kept.close_throttles()
        assert client.post(SIGN_IN, json=WRONG).status_code == 429
        other = {**WRONG, "email": "other@example.org"}
        assert client.post(SIGN_IN, json=other).status_code == 401
        kept.open_throttles()
        assert client.post(SIGN_IN, json=RIGHT).status_code == 200
        assert len(kept.waits()) == 1, "only that of the other address"
        for _ in range(4):
            assert client.post(SIGN_IN, json=WRONG).status_code == 401


def test_a_restart_forgets_no_failures(fresh: Home) -> None:
    fresh.set_up()
    with client_of(fresh) as client:
        for _ in range(5):
            client.post(SIGN_IN, json=WRONG)
    fresh.backing.close_throttles()
    assert fresh.stop() == 0
    fresh.start()
    with client_of(fresh) as client:
        assert client.post(SIGN_IN, json=RIGHT).status_code == 429


def test_sessions_survive_a_restart_but_not_another_secret(fresh: Home) -> None:
    fresh.set_up()
    with client_of(fresh) as client:
        client.post(SIGN_IN, json=RIGHT)
        for secret, is_signed_in in ((SECRET, True), ("another-" * 5, False)):
            fresh.stop()
            fresh.start({"MOSAIC_SESSION_SECRET": secret})
            assert (client.get("/api/auth/get-session").json() is not None) is is_signed_in


def test_sessions_expire(gateway: SetUpGateway, anyone: httpx.Client) -> None:
    anyone.post(SIGN_IN, json=RIGHT)
    assert anyone.get("/api/auth/get-session").json() is not None
    gateway.home.backing.expire_sessions()
    time.sleep(0.01)  # Valkey takes a millisecond
    assert anyone.get("/api/auth/get-session").json() is None


def test_sessions_are_not_stored_as_they_are(gateway: SetUpGateway, anyone: httpx.Client) -> None:
    anyone.post(SIGN_IN, json=RIGHT)
    key = anyone.cookies["mosaic_session"]
    assert gateway.home.backing.session_names()
    assert key.encode() not in gateway.home.backing.stored()
