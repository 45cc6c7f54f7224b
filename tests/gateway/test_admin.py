import json
import os
import pwd

import httpx
import pytest
from tests.gateway.kinds import ON_BOTH
from tests.gateway.process import ADMIN, PASSWORD, Home, client_of

# One program with the same rules: a normal run draws a database for each case, `--all` takes both.
pytestmark = [pytest.mark.gateway, pytest.mark.any_kind, ON_BOTH]

NEW_PASSWORD = "a brand new password"
SIGN_IN = "/api/auth/sign-in/email"


def _sign_in(client: httpx.Client, password: str) -> int:
    body = {"email": ADMIN["email"], "password": password}
    return client.post(SIGN_IN, json=body).status_code


def test_a_token_is_minted_and_revoked_while_the_gateway_runs(fresh: Home) -> None:
    fresh.set_up()
    result = fresh.run("admin", "mint-token", "--label", "Recovered", "--expires-in-days", "2")
    assert result.returncode == 0, result.stderr
    token = json.loads(result.stdout)
    assert set(token) == {"id", "label", "plaintext", "expiresAt"}
    assert token["plaintext"] not in result.stderr
    with client_of(fresh, token["plaintext"]) as client:
        [listed] = [e for e in client.get("/api/admin/tokens").json() if e["id"] == token["id"]]
        assert listed["label"] == "Recovered"
        assert listed["expiresAt"] == token["expiresAt"]
        assert fresh.run("admin", "revoke-token", token["id"]).returncode == 0
        assert client.get("/api/admin/tokens").status_code == 401
    actor = f"host:{pwd.getpwuid(os.getuid()).pw_name}"
    rows = fresh.sql("SELECT actor, action, subject, client FROM audit")
    assert (actor, "token-minted", token["id"], "host") in rows
    assert (actor, "token-revoked", token["id"], "host") in rows


def test_list_shows_everybody_and_no_secret(fresh: Home) -> None:
    fresh.set_up()
    result = fresh.run("admin", "list")
    [user] = json.loads(result.stdout)
    assert set(user) == {"id", "name", "email", "role", "createdAt"}
    assert (user["email"], user["role"]) == (ADMIN["email"], "admin")
    assert "argon2" not in result.stdout
    assert fresh.sql("SELECT count(*) FROM audit WHERE action = 'users-listed'") == [(1,)]


def test_a_reset_replaces_the_password_and_ends_sessions_and_waits(fresh: Home) -> None:
    fresh.set_up()
    with client_of(fresh) as client:
        assert _sign_in(client, PASSWORD) == 200
        while _sign_in(client, "a wrong password") != 429:
            pass
        arguments = ("admin", "reset-password", "--email", "ADA@example.org")
        result = fresh.run(*arguments, stdin=f"{NEW_PASSWORD}\nsecond line\n")
        assert result.returncode == 0, result.stderr
        assert NEW_PASSWORD not in result.stdout + result.stderr
        assert client.get("/api/auth/get-session").json() is None
        assert _sign_in(client, PASSWORD) == 401
        assert _sign_in(client, NEW_PASSWORD) == 200


def test_a_password_may_come_from_a_file(fresh: Home) -> None:
    fresh.set_up()
    file = fresh.folder / "password"
    file.write_text(f"{NEW_PASSWORD}\n")
    arguments = ("--email", ADMIN["email"], "--password-file", str(file))
    assert fresh.run("admin", "reset-password", *arguments).returncode == 0
    with client_of(fresh) as client:
        assert _sign_in(client, NEW_PASSWORD) == 200


def test_a_missing_administrator_is_created_only_when_told_to(fresh: Home) -> None:
    fresh.set_up()
    fresh.sql("DELETE FROM tokens")
    fresh.sql("DELETE FROM users")
    arguments = ("admin", "reset-password", "--email", ADMIN["email"])
    refused = fresh.run(*arguments, stdin=NEW_PASSWORD)
    assert refused.returncode == 1
    assert "--create" in refused.stderr
    created = fresh.run(*arguments, "--create", "--name", "Ada again", stdin=NEW_PASSWORD)
    assert json.loads(created.stdout)["name"] == "Ada again"
    with client_of(fresh) as client:
        assert client.get("/api/bootstrap/status").json() == {"needsSetup": False}
        assert _sign_in(client, NEW_PASSWORD) == 200


def test_a_demoted_administrator_is_promoted_only_when_told_to(fresh: Home) -> None:
    fresh.set_up()
    fresh.sql("UPDATE users SET role = 'member'")
    mint = fresh.run("admin", "mint-token", "--label", "x")
    assert mint.returncode == 1
    assert "there is no administrator" in mint.stderr
    arguments = ("admin", "reset-password", "--email", ADMIN["email"])
    refused = fresh.run(*arguments, stdin=NEW_PASSWORD)
    assert refused.returncode == 1
    assert "--promote" in refused.stderr
    promoted = fresh.run(*arguments, "--promote", stdin=NEW_PASSWORD)
    assert json.loads(promoted.stdout)["role"] == "admin"
    assert fresh.run("admin", "mint-token", "--label", "x").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (("mint-token", "--label", "x"), "", "there is no administrator"),
        (("mint-token", "--label", "x", "--email", "a@b"), "", "nobody has `a@b`"),
        (("mint-token", "--label", " "), "", "`--label`"),
        (("mint-token", "--label", "x", "--expires-in-days", "0"), "", "`--expires-in-days`"),
        (("revoke-token", "nothing"), "", "there is no token"),
        (("reset-password", "--email", "ada"), NEW_PASSWORD, "`--email`"),
        (("reset-password", "--email", "a@b", "--create"), "short", "the password"),
        (("reset-password", "--email", "a@b", "--create"), "", "the password"),
        (("reset-password", "--email", "a@b", "--password-file", "/gone"), "", "/gone"),
    ],
)
def test_what_cannot_be_done_is_explained(
    home: Home, arguments: tuple[str, ...], stdin: str, message: str
) -> None:
    home.fill()
    result = home.run("admin", *arguments, stdin=stdin)
    assert result.returncode == 1
    assert message in result.stderr
    assert "hint: " in result.stderr
    assert result.stdout == ""
    refused = home.sql("SELECT action, subject FROM audit")
    is_refusal = "there is no" in message or "nobody has" in message
    assert [str(action).endswith("-refused") for action, _ in refused] == [True] * is_refusal
    assert all("a@b" not in str(subject) for _, subject in refused)
