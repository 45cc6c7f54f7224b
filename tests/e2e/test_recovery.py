"""Everything an operator can lose on the local tier, and the way back: on the real program.

Every test proves the repair with an authenticated call, and with a row that was there before.
The row numbers are those of docs/recovery.md.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.e2e.program import EMAIL, PASSWORD, PROGRAM, Site, run
from tests.gateway.process import NO_TLS

pytestmark = pytest.mark.install

LABEL = "written before the loss"
SIGN_IN = ("--email", EMAIL, "--password-file", "-")


@pytest.fixture
def used(installed: Site) -> Site:
    """An installation that somebody uses: there is a row that must not be lost."""
    api(installed, "POST", json={"label": LABEL})
    return installed


def api(site: Site, method: str, **options: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {site.token()}"}
    url = f"{site.url}/api/admin/tokens"
    answer = httpx.request(method, url, headers=headers, verify=NO_TLS, timeout=120, **options)  # type: ignore[arg-type]  # httpx's own options
    assert answer.is_success, answer.text
    return answer


def proves_repaired(site: Site) -> None:
    assert LABEL in [row["label"] for row in api(site, "GET").json()]


def sql(site: Site, *statements: str) -> None:
    with sqlite3.connect(site.home / "data" / "mosaic.db", timeout=90) as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def working_tokens(site: Site) -> list[str]:
    return [row["label"] for row in api(site, "GET").json() if row["revokedAt"] is None]


def test_row_1_a_lost_token_comes_back_by_the_password(used: Site) -> None:
    used.token_file.unlink()
    done = used.run("token", "recover", "--via", "password", *SIGN_IN, stdin=PASSWORD)
    assert "by e-mail and password" in done.stderr
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
    used.run(*words, stdin=PASSWORD, code=2).says("no administrator", "--promote")
    used.run(*words, "--promote", stdin=PASSWORD)
    proves_repaired(used)
    other = ("admin", "reset-password", "--email", "eve@example.org", "--password-file", "-")
    used.run(*other, stdin=PASSWORD, code=2).says("Nobody has the address", "--create")
    used.run(*other, "--create", stdin=PASSWORD)
    users = used.run("admin", "list", "--json").document
    assert [(user["email"], user["role"]) for user in users] == [
        (EMAIL, "admin"),
        ("eve@example.org", "admin"),
    ]


def test_row_8_an_emptied_database_is_set_up_again(used: Site) -> None:
    dead = used.token()
    used.run("gateway", "stop")
    for path in (used.home / "data").iterdir():
        path.unlink()
    used.run("install", "--yes", code=2).says("admin.password is missing")
    used.install("--yes")
    assert used.has_working_token()
    assert used.token_file.with_name("admin-token.old").read_text() == dead


@pytest.mark.parametrize(
    "name", ["mosaic.config.json", "gateway/.env", "gateway/meta.json", "gateway/secrets"]
)
def test_rows_9_and_12_a_deleted_file_is_rendered_again(used: Site, name: str) -> None:
    path = used.config / name
    before = used.snapshot()
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    used.run("install", "--yes")
    proves_repaired(used)
    assert set(before) <= set(used.snapshot())


def test_row_10_lost_answers_are_rebuilt_from_the_other_files(used: Site) -> None:
    used.run("install", "--yes", "--set", "gateway.hostname=mosaic.example.org")
    before = used.run("config", "show", "--json", MOSAIC_GATEWAY_PORT=None).document
    (used.config / "answers.toml").unlink()
    done = used.run("install", "--yes", MOSAIC_GATEWAY_PORT=None)
    assert "answers.toml is lost; rebuilt from the other files" in done.stderr
    proves_repaired(used)
    after = used.run("config", "show", "--json", MOSAIC_GATEWAY_PORT=None).document
    lost = {"admin.email", "admin.name"}  # what only matters while there is no administrator
    values = [
        {row["key"]: row["value"] for row in rows if row["key"] not in lost}
        for rows in (before, after)
    ]
    assert values[0] == values[1]


def test_row_13_a_dead_gateway_is_started_again(used: Site) -> None:
    used.end()
    used.run("install", "--yes")
    proves_repaired(used)


def test_row_16_a_home_that_was_moved_works_where_it_is_now(used: Site, tmp_path: Path) -> None:
    used.run("gateway", "stop")
    there = tmp_path / "elsewhere now"
    used.home.rename(there)
    moved = Site(home=there, user=used.user, port=used.port)
    try:
        moved.run("install", "--yes")
        proves_repaired(moved)
        assert str(used.home) not in (moved.config / "gateway/.env").read_text()
        moved.run("uninstall", "--purge", "--yes")
        assert not there.exists()
    finally:
        moved.end()


def test_row_16_a_copy_never_touches_the_original(
    used: Site, tmp_path: Path, new_port: Callable[[], int]
) -> None:
    pid = used.gateway().pid
    somebody = tmp_path / "somebody"
    somebody.mkdir()
    copy = Site(home=tmp_path / "copy", user=somebody, port=new_port())
    shutil.copytree(used.home, copy.home)
    try:
        variables = copy.environment(MOSAIC_GATEWAY_PORT=None)
        taken = run((*PROGRAM, "install", "--yes"), variables, 4)
        taken.says(f"port {used.port} on 127.0.0.1 is taken by")
        copy.run("install", "--yes")
        proves_repaired(copy)
        copy.run("uninstall", "--purge", "--yes")
    finally:
        copy.end()
    assert used.gateway().pid == pid
    proves_repaired(used)


def test_a_token_that_works_is_left_alone(used: Site) -> None:
    token = used.token()
    done = used.run("token", "recover")
    assert "there is nothing to recover" in done.stderr
    assert used.token() == token


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
    used.run("token", "revoke", current, code=1).says("the token on file", "--force")
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
    fixed = used.run("doctor", "--fix", "--json").document
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
