"""Administrators and members: who may change whom, and that one administrator always remains."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.kinds import ON_BOTH
from tests.gateway.people import Person, add_person, bearer, forget_others, invite, signed_in
from tests.gateway.process import Home, client_of, error_id, running

# One program with the same rules: a normal run draws a database for each case, `--all` takes both.
pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]

USERS, TOKENS, INVITATIONS = "/api/admin/users", "/api/tokens", "/api/admin/invitations"
ROUNDS = 10


@pytest.fixture
def bob(gateway: SetUpGateway) -> Iterator[Person]:
    yield add_person(gateway.home, "bob@example.org")
    forget_others(gateway.home)


@pytest.fixture
def as_bob(gateway: SetUpGateway, bob: Person) -> Iterator[httpx.Client]:
    with signed_in(gateway.home, bob.email) as client:
        yield client


def _ada(home: Home) -> str:
    [(user_id,)] = home.sql("SELECT id FROM users WHERE email_key = 'ada@example.org'")
    return str(user_id)


def _role(client: httpx.Client, user_id: str, role: str) -> httpx.Response:
    return client.patch(f"{USERS}/{user_id}", json={"role": role})


def _actions(home: Home, subject: str) -> list[object]:
    rows = home.sql("SELECT action FROM audit WHERE subject = ? ORDER BY id", subject)
    return [action for (action,) in rows]


def test_everybody_is_listed_without_anything_secret(admin: httpx.Client, bob: Person) -> None:
    answer = admin.get(USERS)
    rows = {row["email"]: row for row in answer.json()}
    assert set(rows[bob.email]) == {"id", "name", "email", "role", "createdAt"}
    assert (rows[bob.email]["role"], rows["Ada@Example.org"]["role"]) == ("member", "admin")
    assert "argon2" not in answer.text


def test_a_member_is_promoted_and_demoted(
    gateway: SetUpGateway, admin: httpx.Client, bob: Person, as_bob: httpx.Client
) -> None:
    before = len(_actions(gateway.home, bob.id))
    for _ in range(2):  # the second time nothing happens, and nothing is noted
        answer = _role(admin, bob.id, "admin")
        assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    assert as_bob.get(USERS).status_code == 200
    assert _role(as_bob, bob.id, "member").json()["role"] == "member"
    refused = as_bob.get(USERS)
    assert (refused.status_code, error_id(refused)) == (403, "not-administrator")
    assert _actions(gateway.home, bob.id)[before:] == ["user-promoted", "user-demoted"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", USERS, None),
        ("PATCH", f"{USERS}/ID", {"role": "admin"}),
        ("DELETE", f"{USERS}/ID", None),
        ("GET", INVITATIONS, None),
        ("POST", INVITATIONS, {"email": "eve@example.org", "role": "admin"}),
        ("DELETE", f"{INVITATIONS}/ID", None),
    ],
)
def test_only_administrators_get_there(
    gateway: SetUpGateway,
    admin: httpx.Client,
    anyone: httpx.Client,
    as_bob: httpx.Client,
    bob: Person,
    method: str,
    path: str,
    body: dict[str, str] | None,
) -> None:
    chat = admin.post(TOKENS, json={"label": "for chats"}).json()["plaintext"]
    path = path.replace("ID", bob.id)
    for client, headers, expected in [
        (anyone, {}, (401, "unauthenticated")),
        (as_bob, {}, (403, "not-administrator")),
        (anyone, bearer(chat), (403, "missing-scope")),
    ]:
        answer = client.request(method, path, json=body, headers=headers)
        assert (answer.status_code, error_id(answer)) == expected
    rows = gateway.home.sql("SELECT role FROM users WHERE id = ?", bob.id)
    assert rows == [("member",)]
    assert gateway.home.sql("SELECT id FROM invitations WHERE email = 'eve@example.org'") == []


def test_the_last_administrator_stays(gateway: SetUpGateway, admin: httpx.Client) -> None:
    ada = _ada(gateway.home)
    for answer in (_role(admin, ada, "member"), admin.delete(f"{USERS}/{ada}")):
        assert (answer.status_code, error_id(answer)) == (409, "last-administrator")
    assert admin.get(USERS).status_code == 200


@pytest.mark.parametrize("user_id", ["nobody", "%00", "%C3%A9", "x" * 4000])
def test_who_is_not_there_is_404(admin: httpx.Client, user_id: str) -> None:
    for answer in (_role(admin, user_id, "member"), admin.delete(f"{USERS}/{user_id}")):
        assert (answer.status_code, error_id(answer)) == (404, "no-such-user")


@pytest.mark.parametrize("body", [{}, {"role": "root"}, {"role": "Admin"}, {"role": None}])
def test_roles_that_nobody_has_are_400(
    admin: httpx.Client, bob: Person, body: dict[str, object]
) -> None:
    assert admin.patch(f"{USERS}/{bob.id}", json=body).status_code == 400


def test_removing_ends_sessions_tokens_and_invitations_at_once_on_every_replica(
    fresh: Home, tmp_path: Path
) -> None:
    token = fresh.set_up()
    eve = add_person(fresh, "eve@example.org", "admin")
    (tmp_path / "replica").mkdir()
    with running(Home(tmp_path / "replica", fresh.backing)) as replica, ExitStack() as stack:
        replica.start()
        here = stack.enter_context(signed_in(fresh, eve.email))
        there = stack.enter_context(signed_in(replica, eve.email))
        admin = stack.enter_context(client_of(fresh, token))
        plaintext = here.post("/api/admin/tokens", json={"label": "x"}).json()["plaintext"]
        invite(here, "accomplice@example.org", role="admin")
        assert {each.get("/api/me").status_code for each in (here, there)} == {200}
        assert admin.delete(f"{USERS}/{eve.id}").status_code == 204
        for client in (here, there):
            assert client.get("/api/me").status_code == 401
            assert client.get("/api/auth/get-session").json() is None
            assert client.get("/api/me", headers=bearer(plaintext)).status_code == 401
    for table in ("tokens", "sessions", "invitations"):
        owned = fresh.sql(f"SELECT count(*) FROM {table} WHERE user_id = ?", eve.id)  # noqa: S608
        assert owned == [(0,)]
    assert _actions(fresh, eve.id)[-1] == "user-removed"


def test_a_demotion_takes_for_good_what_only_administrators_have(
    gateway: SetUpGateway, admin: httpx.Client, anyone: httpx.Client, bob: Person
) -> None:
    assert _role(admin, bob.id, "admin").status_code == 200
    with signed_in(gateway.home, bob.email) as client:
        both, alone, chat = (
            client.post(TOKENS, json={"label": "x", "scopes": scopes}).json()["plaintext"]
            for scopes in (["admin", "chat"], ["admin"], ["chat"])
        )
        invite(client, "accomplice@example.org", role="admin")
    assert _role(admin, bob.id, "member").status_code == 200
    assert _role(admin, bob.id, "admin").status_code == 200
    answers = [anyone.get("/api/me", headers=bearer(each)) for each in (both, alone, chat)]
    assert [each.status_code for each in answers] == [200, 401, 200]
    assert answers[0].json()["scopes"] == ["chat"]
    assert "accomplice@example.org" not in admin.get(INVITATIONS).text
