"""What a token may be used for, and whose tokens anybody gets into their hands."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.kinds import ON_BOTH
from tests.gateway.people import Person, add_person, bearer, forget_others, signed_in
from tests.gateway.process import error_id

# One program with the same rules: a normal run draws a database for each case, `--all` takes both.
pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]

OWN, ALL = "/api/tokens", "/api/admin/tokens"


@pytest.fixture
def bob(gateway: SetUpGateway) -> Iterator[Person]:
    yield add_person(gateway.home, "bob@example.org")
    forget_others(gateway.home)


@pytest.fixture
def as_bob(gateway: SetUpGateway, bob: Person) -> Iterator[httpx.Client]:
    with signed_in(gateway.home, bob.email) as client:
        yield client


def _minted(client: httpx.Client, path: str, **body: object) -> Any:
    answer = client.post(path, json={"label": "a token", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def _me(client: httpx.Client, plaintext: str) -> httpx.Response:
    return client.get("/api/me", headers=bearer(plaintext))


def test_who_asks_learns_who_they_are(admin: httpx.Client, as_bob: httpx.Client) -> None:
    answer = admin.get("/api/me").json()
    assert (answer["user"]["email"], answer["user"]["role"]) == ("Ada@Example.org", "admin")
    assert answer["scopes"] == ["admin", "chat"]
    answer = as_bob.get("/api/me").json()
    assert (answer["user"]["email"], answer["scopes"]) == ("bob@example.org", ["chat"])


def test_the_founders_token_and_the_installers_may_do_everything(admin: httpx.Client) -> None:
    [founders] = [row for row in admin.get(ALL).json() if row["label"] == "Initial setup"]
    assert founders["scopes"] == ["admin", "chat"]
    assert _minted(admin, ALL)["scopes"] == ["admin", "chat"]
    assert _minted(admin, OWN)["scopes"] == ["chat"]


@pytest.mark.parametrize("path", [OWN, ALL])
def test_a_token_for_chats_opens_nothing_else(
    admin: httpx.Client, anyone: httpx.Client, path: str
) -> None:
    token = _minted(admin, path, scopes=["chat", "chat"])
    assert token["scopes"] == ["chat"]
    headers = bearer(token["plaintext"])
    assert _me(anyone, token["plaintext"]).json()["scopes"] == ["chat"]
    for method, where in [
        ("GET", ALL),
        ("POST", ALL),
        ("DELETE", f"{ALL}/{token['id']}"),
        ("GET", OWN),
        ("POST", OWN),
        ("DELETE", f"{OWN}/{token['id']}"),
    ]:
        body = {"label": "more"} if method == "POST" else None
        answer = anyone.request(method, where, headers=headers, json=body)
        assert (answer.status_code, error_id(answer)) == (403, "missing-scope"), (method, where)
    assert _me(anyone, token["plaintext"]).status_code == 200


def test_a_token_of_scope_admin_alone_is_not_for_chats(
    admin: httpx.Client, anyone: httpx.Client
) -> None:
    token = _minted(admin, OWN, scopes=["admin"])
    assert _me(anyone, token["plaintext"]).json()["scopes"] == ["admin"]
    answer = anyone.post(OWN, json={"label": "x"}, headers=bearer(token["plaintext"]))
    assert (answer.status_code, error_id(answer)) == (403, "missing-scope")


def test_a_member_makes_tokens_for_chats_only(as_bob: httpx.Client, anyone: httpx.Client) -> None:
    assert _minted(as_bob, OWN)["scopes"] == ["chat"]
    for scopes in (["admin"], ["chat", "admin"]):
        answer = as_bob.post(OWN, json={"label": "more", "scopes": scopes})
        assert (answer.status_code, error_id(answer)) == (403, "not-administrator")
    for method, path in [("GET", ALL), ("POST", ALL), ("DELETE", f"{ALL}/x")]:
        body = {"label": "more"} if method == "POST" else None
        answer = as_bob.request(method, path, json=body)
        assert (answer.status_code, error_id(answer)) == (403, "not-administrator")


def test_a_member_sees_and_revokes_only_their_own(
    gateway: SetUpGateway, admin: httpx.Client, as_bob: httpx.Client, anyone: httpx.Client
) -> None:
    of_ada, of_bob = _minted(admin, OWN), _minted(as_bob, OWN)
    listed = {row["id"] for row in as_bob.get(OWN).json()}
    assert of_bob["id"] in listed
    owners = {row["id"]: row["owner"] for row in admin.get(ALL).json()}
    assert listed == {each for each, owner in owners.items() if owner == "bob@example.org"}
    assert of_bob["id"] not in {row["id"] for row in admin.get(OWN).json()}
    for client, foreign in ((as_bob, of_ada), (admin, of_bob)):
        answer = client.delete(f"{OWN}/{foreign['id']}")
        assert (answer.status_code, error_id(answer)) == (404, "no-such-token")
        assert _me(anyone, foreign["plaintext"]).status_code == 200
    rows = gateway.home.sql("SELECT count(*) FROM audit WHERE subject = ?", of_ada["id"])
    assert rows == [(1,)], "a refused revocation leaves no row of one that happened"
    assert as_bob.delete(f"{OWN}/{of_bob['id']}").status_code == 204
    assert _me(anyone, of_bob["plaintext"]).status_code == 401


def test_an_administrator_revokes_anybodys(
    admin: httpx.Client, as_bob: httpx.Client, anyone: httpx.Client
) -> None:
    token = _minted(as_bob, OWN)
    assert admin.delete(f"{ALL}/{token['id']}").status_code == 204
    assert _me(anyone, token["plaintext"]).status_code == 401


def test_a_token_never_says_more_than_the_role_of_its_owner(
    gateway: SetUpGateway, as_bob: httpx.Client, anyone: httpx.Client
) -> None:
    token = _minted(as_bob, OWN)
    write = "UPDATE tokens SET scopes = ? WHERE id = ?"
    gateway.home.sql(write, "admin chat", token["id"])
    assert _me(anyone, token["plaintext"]).json()["scopes"] == ["chat"]
    answer = anyone.get(ALL, headers=bearer(token["plaintext"]))
    assert (answer.status_code, error_id(answer)) == (403, "not-administrator")


@pytest.mark.parametrize("stored", ["", "ADMIN", "administrator chatter", "everything"])
def test_scopes_that_nobody_knows_allow_nothing(
    gateway: SetUpGateway, admin: httpx.Client, anyone: httpx.Client, stored: str
) -> None:
    token = _minted(admin, ALL)
    gateway.home.sql("UPDATE tokens SET scopes = ? WHERE id = ?", stored, token["id"])
    assert _me(anyone, token["plaintext"]).json()["scopes"] == []
    answer = anyone.get(ALL, headers=bearer(token["plaintext"]))
    assert (answer.status_code, error_id(answer)) == (403, "missing-scope")


def test_a_role_that_nobody_knows_allows_nothing(
    gateway: SetUpGateway, bob: Person, as_bob: httpx.Client
) -> None:
    gateway.home.sql("UPDATE users SET role = 'root' WHERE id = ?", bob.id)
    assert as_bob.get("/api/me").json()["scopes"] == []
    assert as_bob.post(OWN, json={"label": "x"}).status_code == 403


@pytest.mark.parametrize("scopes", [[], ["root"], "chat", ["chat"] * 3, [True], [["chat"]], {}])
def test_scopes_that_make_no_sense_are_400(admin: httpx.Client, scopes: object) -> None:
    answer = admin.post(OWN, json={"label": "x", "scopes": scopes})
    assert (answer.status_code, error_id(answer)) == (400, "invalid-property")
