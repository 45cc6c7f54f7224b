"""Invitations: one account for each, for whoever has the code, once, and no word about others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.gateway.conftest import SetUpGateway
from tests.gateway.kinds import ON_BOTH
from tests.gateway.people import accept, bearer, forget_others, invite, signed_in
from tests.gateway.process import PASSWORD, Home, client_of, error_id

# One program with the same rules: a normal run draws a database for each case, `--all` takes both.
pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]

INVITATIONS, ACCEPT = "/api/admin/invitations", "/api/invitations/accept"
LONG_AGO = "2001-01-01 00:00:00.000000"
UNKNOWN = "mosaic_invitation_" + "A" * 43


@pytest.fixture
def site(gateway: SetUpGateway) -> Iterator[Home]:
    """The shared gateway, with nobody but Ada afterwards."""
    yield gateway.home
    forget_others(gateway.home)


def test_an_invitation_is_accepted_once(
    site: Home, admin: httpx.Client, anyone: httpx.Client
) -> None:
    answer = admin.post(INVITATIONS, json={"email": "Bob@Example.org"})
    assert answer.status_code == 201
    invited = answer.json()
    fields = {"id", "email", "role", "invitedBy", "createdAt", "expiresAt"}
    assert set(invited) == fields | {"code"}
    [listed] = admin.get(INVITATIONS).json()
    assert set(listed) == fields
    assert (listed["invitedBy"], listed["role"]) == ("Ada@Example.org", "member")
    accepted = accept(site, anyone, invited["code"], name="Bob")
    assert accepted.status_code == 201, accepted.text
    user, token = accepted.json()["user"], accepted.json()["token"]
    assert (user["name"], user["email"], user["role"]) == ("Bob", "Bob@Example.org", "member")
    assert token["scopes"] == ["chat"]
    me = anyone.get("/api/me", headers=bearer(token["plaintext"])).json()
    assert (me["user"]["id"], me["scopes"]) == (user["id"], ["chat"])
    with signed_in(site, "bob@example.ORG") as client:
        assert client.get("/api/me").json()["scopes"] == ["chat"]
    assert admin.get(INVITATIONS).json() == []
    again = accept(site, anyone, invited["code"], password="another password")
    assert (again.status_code, error_id(again)) == (403, "invitation-refused")
    stored = site.backing.stored() + site.log().encode()
    for secret in (invited["code"], token["plaintext"], PASSWORD):
        assert secret.encode() not in stored
    rows = site.sql("SELECT actor, action, client FROM audit WHERE subject = ?", invited["id"])
    [(ada,)] = site.sql("SELECT id FROM users WHERE email_key = 'ada@example.org'")
    assert rows == [
        (f"user:{ada}", "user-invited", "127.0.0.1"),
        (f"user:{user['id']}", "invitation-accepted", "127.0.0.1"),
    ]


def test_an_invited_administrator_has_one_token_for_chats(
    site: Home, admin: httpx.Client, anyone: httpx.Client
) -> None:
    accepted = accept(site, anyone, invite(admin, "eve@example.org", role="admin")).json()
    assert (accepted["user"]["name"], accepted["user"]["role"]) == ("eve", "admin")
    token = bearer(accepted["token"]["plaintext"])
    assert error_id(anyone.get("/api/admin/users", headers=token)) == "missing-scope"
    with signed_in(site, "eve@example.org") as client:
        assert client.get("/api/admin/users").status_code == 200


def test_what_is_not_valid_is_told_from_nothing(
    site: Home, admin: httpx.Client, anyone: httpx.Client
) -> None:
    spent = invite(admin, "a@example.org")
    assert accept(site, anyone, spent).status_code == 201
    expired = invite(admin, "b@example.org")
    site.sql("UPDATE invitations SET expires_at = ?", LONG_AGO)
    replaced = invite(admin, "c@example.org")
    invite(admin, "C@Example.ORG")
    [withdrawn] = [invite(admin, "d@example.org")]
    [row] = [row for row in admin.get(INVITATIONS).json() if row["email"] == "d@example.org"]
    assert admin.delete(f"{INVITATIONS}/{row['id']}").status_code == 204
    made_by_host = invite(admin, "e@example.org")
    make = ("admin", "reset-password", "--email", "E@example.org", "--create", "--promote")
    assert site.run(*make, stdin=f"{PASSWORD}\n").returncode == 0
    strange = ["", "\x00", "\ud800", "é", UNKNOWN, UNKNOWN.encode().hex() * 20]
    codes = [spent, expired, replaced, withdrawn, made_by_host, *strange]
    answers = [accept(site, anyone, code) for code in codes]
    assert {each.status_code for each in answers} == {403}
    assert len({each.text for each in answers}) == 1
    assert error_id(answers[0]) == "invitation-refused"
    headers = [set(each.headers) for each in answers]
    assert all(each == headers[0] for each in headers)
    assert site.sql("SELECT count(*) FROM users") == [(3,)]
    # Whom the host made has the password that the host gave, and not that of a stranger.
    assert [row["email"] for row in admin.get(INVITATIONS).json()] == ["C@Example.ORG"]


@pytest.fixture
def untried(fresh: Home) -> Iterator[tuple[Home, httpx.Client]]:
    """A gateway at which nobody has guessed yet, and its administrator."""
    with client_of(fresh, fresh.set_up()) as client:
        yield fresh, client


def test_of_many_who_accept_at_once_one_gets_the_account(
    untried: tuple[Home, httpx.Client],
) -> None:
    site, anyone = untried
    code = invite(anyone, "bob@example.org")
    passwords = [f"password number {number}" for number in range(5)]
    with ThreadPoolExecutor(len(passwords)) as pool:
        answers = list(pool.map(lambda each: _post(anyone, code, each), passwords))
    assert sorted(each.status_code for each in answers) == [201, *[403] * 4]
    winner = next(p for p, each in zip(passwords, answers, strict=True) if each.status_code == 201)
    site.backing.open_throttles()
    credentials = {"email": "bob@example.org", "password": winner}
    assert anyone.post("/api/auth/sign-in/email", json=credentials).status_code == 200
    assert site.sql("SELECT count(*) FROM users") == [(2,)]


@pytest.mark.parametrize(
    "email",
    [
        "jos\u00e9@example.org",
        "JOS\u00c9@EXAMPLE.org",
        "jose\u0301@example.org",
        "\uff4aos\u00e9@example.org",
        "  jos\u00e9@example.org ",
    ],
)
def test_who_has_an_account_is_not_invited_however_the_address_is_written(
    site: Home, admin: httpx.Client, anyone: httpx.Client, email: str
) -> None:
    assert accept(site, anyone, invite(admin, "jos\u00e9@example.org")).status_code == 201
    answer = admin.post(INVITATIONS, json={"email": email, "role": "admin"})
    assert (answer.status_code, error_id(answer)) == (409, "user-exists")
    with signed_in(site, email) as client:
        assert client.get("/api/me").json()["user"]["role"] == "member"


def test_addresses_that_only_look_alike_are_two_people(
    site: Home, admin: httpx.Client, anyone: httpx.Client
) -> None:
    for email in ("strasse@example.org", "stra\u00dfe@example.org", "str\u0430sse@example.org"):
        assert accept(site, anyone, invite(admin, email)).status_code == 201
    assert site.sql("SELECT count(*) FROM users") == [(4,)]


@pytest.mark.parametrize(
    "body",
    [
        {"email": "bob@example.org", "role": "root"},
        {"email": "bob@example.org", "expiresInDays": 0},
        {"email": "bob@example.org", "expiresInDays": 31},
        {"email": "bob@example.org", "code": "mine"},
        {"email": "bob@exa\u200bmple.org"},
        {"email": "bob"},
        {"email": "bob@\u202eexample.org"},
        {},
    ],
)
def test_invitations_that_make_no_sense_are_400(admin: httpx.Client, body: object) -> None:
    assert admin.post(INVITATIONS, json=body).status_code == 400


@pytest.mark.parametrize("code", ["good", UNKNOWN])
@pytest.mark.parametrize(
    "body",
    [
        {"password": "short"},
        {"password": "p" * 129},
        {"role": "admin"},
        {"email": "other@example.org"},
        {"name": "\x07"},
    ],
)
def test_what_is_wrong_with_the_rest_is_told_whatever_the_code(
    site: Home, admin: httpx.Client, anyone: httpx.Client, code: str, body: dict[str, str]
) -> None:
    good = invite(admin, "bob@example.org")
    answer = accept(site, anyone, good if code == "good" else code, **body)
    assert answer.status_code == 400
    assert accept(site, anyone, good).status_code == 201, "and the code is still good"


def test_pages_of_others_and_large_bodies_are_refused(
    site: Home, admin: httpx.Client, anyone: httpx.Client
) -> None:
    body = {"code": invite(admin, "bob@example.org"), "password": PASSWORD}
    answer = anyone.post(ACCEPT, json=body, headers={"Origin": "http://evil.example"})
    assert (answer.status_code, error_id(answer)) == (403, "untrusted-origin")
    answer = anyone.post(ACCEPT, json=body | {"name": "x" * 70_000})
    assert (answer.status_code, error_id(answer)) == (413, "body-too-large")


def test_withdrawing_what_is_not_there_is_404(admin: httpx.Client) -> None:
    for invitation_id in ("nothing", "%00", "%C3%A9"):
        answer = admin.delete(f"{INVITATIONS}/{invitation_id}")
        assert (answer.status_code, error_id(answer)) == (404, "no-such-invitation")


def test_who_guesses_has_to_wait_and_keeps_nobody_from_signing_in(
    untried: tuple[Home, httpx.Client],
) -> None:
    site, anyone = untried
    code = invite(anyone, "bob@example.org")
    assert accept(site, anyone, invite(anyone, "first@example.org")).status_code == 201
    guesses = [_post(anyone, UNKNOWN, PASSWORD) for _ in range(5)]
    assert [each.status_code for each in guesses] == [403] * 5
    assert site.backing.waits() == [1]
    site.backing.close_throttles()  # here nothing hangs on how quick we are
    late = _post(anyone, UNKNOWN, PASSWORD)
    assert (late.status_code, int(late.headers["retry-after"]) >= 1) == (429, True)
    answer = _post(anyone, code, PASSWORD)
    assert (answer.status_code, error_id(answer)) == (429, "too-many-attempts")
    with signed_in(site, "ada@example.org"):
        pass
    assert accept(site, anyone, code).status_code == 201, "the code was not spent by waiting"
    refused = site.sql("SELECT subject FROM audit WHERE action = 'invitation-refused'")
    assert all(str(subject).startswith("sha256:") for (subject,) in refused)


def _post(client: httpx.Client, code: str, password: str) -> httpx.Response:
    return client.post(ACCEPT, json={"code": code, "password": password})
