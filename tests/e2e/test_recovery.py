"""Tokens and passwords that were lost, and the way back on the local tier: on the real program.

Every test proves the repair with an authenticated call, and with a row that was there before.
The row numbers are those of docs/recovery.md.
"""

import json
from pathlib import Path

import pytest
from tests.e2e.program import EMAIL, PASSWORD, Site
from tests.e2e.recovering import LABEL, api, proves_repaired, sql, working_tokens

pytestmark = pytest.mark.install

SIGN_IN = ("--email", EMAIL, "--password-file", "-")


def test_row_1_a_lost_token_comes_back_by_the_password(used: Site) -> None:
    used.token_file.unlink()
    done = used.run("token", "recover", "--via", "password", *SIGN_IN, stdin=PASSWORD)
    assert "by e-mail and password" in done.stderr
    assert "an earlier token is not revoked" in done.stderr, "it may be in the wrong hands"
    proves_repaired(used)


def test_row_1_the_password_may_come_through_stdin_or_a_file(used: Site, tmp_path: Path) -> None:
    words = ("token", "recover", "--via", "password", "--email", EMAIL, "--password-file")
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\r\n")
    for name, stdin in (("-", f"{PASSWORD}\n"), (str(file), "")):
        used.token_file.unlink()
        used.run(*words, name, stdin=stdin)
        proves_repaired(used)


@pytest.mark.parametrize(
    "command", [("install", "--yes"), ("token", "recover"), ("doctor", "--fix")]
)
def test_row_2_a_lost_token_comes_back_on_the_authority_of_the_host(
    used: Site, command: tuple[str, ...]
) -> None:
    used.token_file.unlink()
    used.run(*command)
    proves_repaired(used)


def test_row_3_a_revoked_token_is_put_aside_and_replaced(used: Site) -> None:
    dead = used.token()
    sql(used, "UPDATE tokens SET revoked_at = created_at WHERE label = 'Initial setup'")
    used.run("token", "recover")
    proves_repaired(used)
    assert used.token_file.with_name("admin-token.old").read_text() == dead
    assert used.token() != dead


def test_row_4_a_token_that_nobody_ever_saw_is_revoked(used: Site) -> None:
    sql(used, "UPDATE tokens SET last_used_at = NULL WHERE label = 'Initial setup'")
    used.token_file.unlink()
    used.run("install", "--yes")
    assert sorted(working_tokens(used)) == ["mosaic-installer", LABEL]


def test_row_5_an_exposed_token_is_rotated(used: Site) -> None:
    old = used.token()
    used.run("token", "rotate")
    proves_repaired(used)
    assert used.status_with(old) == 401
    assert sorted(working_tokens(used)) == ["mosaic-installer", LABEL]
    used.run("uninstall", "--purge", "--yes")
    assert not used.home.exists(), "the token that was put aside goes, too"


def test_row_6_a_lost_password_is_set_anew(used: Site) -> None:
    new = "another-horse-10"
    used.run("admin", "reset-password", "--email", EMAIL, "--password-file", "-", stdin=new)
    used.run("gateway", "login", "--email", EMAIL, "--password-file", "-", stdin=new)
    used.token_file.unlink()
    assert "by the session on file" in used.run("token", "recover").stderr
    proves_repaired(used)
    used.run("gateway", "logout")
    assert not (used.state / "session").exists()


def test_row_7_a_demoted_or_deleted_administrator_is_one_again(used: Site) -> None:
    words = ("admin", "reset-password", "--email", EMAIL, "--password-file", "-")
    sql(used, "UPDATE users SET role = 'member'")
    used.run(*words, stdin=PASSWORD, code=2).says("is not an administrator", "--promote")
    used.run(*words, "--promote", stdin=PASSWORD)
    proves_repaired(used)
    other = ("admin", "reset-password", "--email", "eve@example.org", "--password-file", "-")
    used.run(*other, stdin=PASSWORD, code=2).says("No account has the address", "--create")
    used.run(*other, "--create", stdin=PASSWORD)
    users = used.run("admin", "list", "--json").document
    assert [(user["email"], user["role"]) for user in users] == [
        (EMAIL, "admin"),
        ("eve@example.org", "admin"),
    ]


def test_a_token_that_works_is_left_alone(used: Site) -> None:
    token = used.token()
    done = used.run("token", "recover")
    assert "there is nothing to recover" in done.stderr
    assert used.token() == token


@pytest.mark.sampled(2)
@pytest.mark.parametrize("content", [b"", b"mosaic_", b"\r\n", b"\xff\xfe"])
def test_a_token_file_with_anything_else_in_it_is_recovered_from(
    used: Site, content: bytes
) -> None:
    used.token_file.write_bytes(content)
    used.run("token", "recover")
    proves_repaired(used)


def test_a_token_file_that_is_a_link_is_replaced_and_never_followed(
    used: Site, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody's file")
    used.token_file.unlink()
    used.token_file.symlink_to(elsewhere)
    used.run("token", "recover")
    proves_repaired(used)
    assert elsewhere.read_text() == "somebody's file"
    assert not used.token_file.is_symlink()


def test_a_wrong_password_is_exit_7_and_asked_of_the_gateway_once(used: Site) -> None:
    used.token_file.unlink()
    words = ("token", "recover", "--via", "password", *SIGN_IN)
    used.run(*words, stdin="wrong-horse-9\n", code=7).says("401")
    tries = (used.run(*words, stdin="wrong-horse-9\n", code=7).stderr for _ in range(12))
    assert any("too many attempts" in said and "wait" in said for said in tries)
    used.run("token", "recover")
    proves_repaired(used)


def test_the_last_usable_token_is_not_revoked_by_accident(used: Site) -> None:
    rows = used.run("token", "list", "--json").document
    (current,) = [row["id"] for row in rows if row["current"]]
    (other,) = [row["id"] for row in rows if row["label"] == LABEL]
    used.run("token", "revoke", current, code=1).says("the saved admin token", "--force")
    used.run("token", "revoke", other)
    used.run("token", "revoke", "no-such-token", code=1).says("no token `no-such-token`")
    assert LABEL not in working_tokens(used)
    used.run("token", "revoke", current, "--force")
    assert used.status_with(used.token()) == 401


def test_recovery_starts_a_gateway_that_is_down(used: Site) -> None:
    used.run("gateway", "stop")
    used.token_file.unlink()
    used.run("token", "recover")
    proves_repaired(used)


def test_doctor_says_what_it_repaired_and_is_content_afterwards(used: Site) -> None:
    used.token_file.unlink()
    (used.config / "gateway/.env").unlink()
    planned = used.run("doctor", "--fix", "--dry-run", "--json", code=9).document
    assert planned["repairs"] == []
    assert not used.token_file.exists()
    mending = used.run("doctor", "--fix", "--json")
    fixed = mending.document
    assert all(f": {row['action']}\n" in mending.stderr for row in fixed["repairs"])
    assert fixed["ok"] is True
    assert {row["result"] for row in fixed["repairs"]} == {"repaired"}
    assert used.run("doctor", "--fix", "--json").document["repairs"] == []
    proves_repaired(used)


def test_no_secret_is_left_anywhere_by_a_recovery(used: Site) -> None:
    used.token_file.unlink()
    done = used.run("token", "recover", "--via", "password", *SIGN_IN, stdin=PASSWORD)
    used.run("token", "rotate")
    secrets = [PASSWORD, used.token(), (used.config / "gateway/secrets/session-secret").read_text()]
    texts = [path.read_text(errors="replace") for path in used.state.rglob("*") if path.is_file()]
    rows = json.dumps(api(used, "GET").json())
    for secret in secrets:
        assert not any(secret in text for text in (*texts, rows, done.said))
