from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.gateway.kinds import ON_BOTH
from tests.gateway.process import (
    ADMIN,
    PASSWORD,
    SETUP_HEADER,
    Home,
    client_of,
    error_id,
)

pytestmark = [pytest.mark.gateway, ON_BOTH]


def test_setup_makes_the_administrator_and_a_token_that_works(fresh: Home) -> None:
    with client_of(fresh) as client:
        assert client.get("/api/bootstrap/status").json() == {"needsSetup": True}
        answer = client.post("/api/bootstrap/setup", json=ADMIN)
        assert answer.status_code == 201
        user, token = answer.json()["user"], answer.json()["token"]
        assert set(user) == {"id", "name", "email", "role"}
        assert (user["name"], user["email"], user["role"]) == ("Ada", "Ada@Example.org", "admin")
        assert set(token) == {"id", "label", "plaintext", "scopes"}
        assert client.get("/api/bootstrap/status").json() == {"needsSetup": False}
        again = client.post("/api/bootstrap/setup", json={**ADMIN, "email": "eve@example.org"})
        assert (again.status_code, error_id(again)) == (403, "already-set-up")
    with client_of(fresh, token["plaintext"]) as client:
        assert client.get("/api/admin/tokens").status_code == 200


def test_a_hundred_at_once_give_one_administrator(fresh: Home) -> None:
    limits = httpx.Limits(max_connections=100)
    with (
        httpx.Client(base_url=fresh.url, headers=SETUP_HEADER, timeout=60, limits=limits) as client,
        ThreadPoolExecutor(100) as pool,
    ):

        def ask(number: int) -> int:
            body = {**ADMIN, "email": f"user{number}@example.org"}
            return client.post("/api/bootstrap/setup", json=body).status_code

        codes = list(pool.map(ask, range(100)))
    assert sorted(codes) == [201] + [403] * 99
    assert fresh.sql("SELECT count(*), count(founder) FROM users") == [(1, 1)]
    assert fresh.sql("SELECT count(*) FROM tokens") == [(1,)]


@pytest.mark.any_kind
@pytest.mark.parametrize("headers", [{}, {"X-Mosaic-Setup": ""}, {"X-Mosaic-Setup": "guessed"}])
def test_without_the_secret_there_is_no_setup(fresh: Home, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{fresh.url}/api/bootstrap/setup", json=ADMIN, headers=headers)
    assert (answer.status_code, error_id(answer)) == (404, "not-found")
    assert fresh.sql("SELECT count(*) FROM users") == [(0,)]
    fresh.set_up()


@pytest.mark.any_kind
def test_a_gateway_that_was_given_no_secret_has_no_setup(home: Home) -> None:
    home.fill()
    home.start({"MOSAIC_SETUP_SECRET": ""})
    with client_of(home) as client:
        answer = client.post("/api/bootstrap/setup", json=ADMIN)
    assert (answer.status_code, error_id(answer)) == (404, "not-found")


def test_an_emptied_database_is_not_open_to_the_secret_that_was_spent(fresh: Home) -> None:
    old = fresh.set_up()
    fresh.sql("DELETE FROM tokens")
    fresh.sql("DELETE FROM users")
    with client_of(fresh) as client:
        assert client.get("/api/bootstrap/status").json() == {"needsSetup": True}
        dead = client.get("/api/admin/tokens", headers={"Authorization": f"Bearer {old}"})
        assert dead.status_code == 401
        answer = client.post("/api/bootstrap/setup", json=ADMIN)
        assert (answer.status_code, error_id(answer)) == (403, "setup-spent")
    reset = ("admin", "reset-password", "--email", ADMIN["email"], "--create")
    assert fresh.run(*reset, stdin=PASSWORD).returncode == 0


@pytest.mark.any_kind
@pytest.mark.parametrize(
    ("change", "expected", "field"),
    [
        ({"role": "admin"}, "unknown-property", "role"),
        ({"password": "short12"}, "invalid-property", "password"),
        ({"password": "x" * 129}, "invalid-property", "password"),
        ({"password": 12345678}, "invalid-property", "password"),
        ({"password": None}, "invalid-property", "password"),
        ({"email": "nobody"}, "invalid-property", "email"),
        ({"email": "a@b@c"}, "invalid-property", "email"),
        ({"email": "a b@c"}, "invalid-property", "email"),
        ({"email": "@c"}, "invalid-property", "email"),
        ({"email": "a@"}, "invalid-property", "email"),
        ({"name": "  "}, "invalid-property", "name"),
        ({"name": "x" * 201}, "invalid-property", "name"),
        ({"name": "bell\a"}, "invalid-property", "name"),
    ],
)
def test_invalid_bodies_are_400_and_name_the_field(
    anyone: httpx.Client, change: dict[str, object], expected: str, field: str
) -> None:
    answer = anyone.post("/api/bootstrap/setup", json={**ADMIN, **change})
    assert (answer.status_code, error_id(answer)) == (400, expected)
    assert f"`{field}`" in answer.json()["error"]["message"]
    assert PASSWORD not in answer.text
    assert str(change.get("password") or PASSWORD) not in answer.text


@pytest.mark.any_kind
@pytest.mark.parametrize("missing", sorted(ADMIN))
def test_a_missing_property_is_named(anyone: httpx.Client, missing: str) -> None:
    body = {key: value for key, value in ADMIN.items() if key != missing}
    answer = anyone.post("/api/bootstrap/setup", json=body)
    assert (answer.status_code, error_id(answer)) == (400, "invalid-property")
    assert f"`{missing}`" in answer.json()["error"]["message"]


@pytest.mark.any_kind
def test_passwords_of_8_and_of_128_characters_are_taken(fresh: Home) -> None:
    with client_of(fresh) as client:
        for password in ("ä" * 8, "x" * 128):
            body = {**ADMIN, "email": "a@b", "password": password}
            assert client.post("/api/bootstrap/setup", json=body).status_code == 201
            fresh.sql("DELETE FROM tokens")
            fresh.sql("DELETE FROM users")
            fresh.sql("DELETE FROM setups")


@pytest.mark.any_kind
def test_a_page_that_is_not_ours_cannot_set_up(fresh: Home) -> None:
    with client_of(fresh) as client:
        headers = {"Origin": "http://evil.example"}
        answer = client.post("/api/bootstrap/setup", json=ADMIN, headers=headers)
        assert (answer.status_code, error_id(answer)) == (403, "untrusted-origin")
        assert client.get("/api/bootstrap/status").json() == {"needsSetup": True}
