"""`mosaic user` and `mosaic token create`, through the real program and the real gateway."""

from pathlib import Path

import httpx
import pytest
from tests.e2e.program import DEADLINE, EMAIL, PASSWORD, Done, Site
from tests.e2e.terminal import Terminal
from tests.gateway.process import NO_TLS

pytestmark = pytest.mark.install

BOB = "bob@example.org"


def accept(site: Site, folder: Path, code: str, *, code_expected: int = 0) -> Done:
    file = folder / "code"
    file.write_text(f"{code}\n")
    words = ("--code-file", str(file), "--password-file", "-")
    return site.run("user", "accept", *words, stdin=f"{PASSWORD}\n", code=code_expected)


def scopes_of(site: Site, token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{site.url}/api/me", headers=headers, timeout=DEADLINE, verify=NO_TLS)
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["scopes"]
    return found


def rows(site: Site) -> dict[str, tuple[str, str]]:
    people = site.run("user", "list", "--json").document
    return {row["email"]: (row["role"], row["state"]) for row in people}


def test_somebody_is_invited_accepts_is_promoted_demoted_and_removed(
    installed: Site, tmp_path: Path
) -> None:
    site = installed
    invited = site.run("user", "invite", BOB)
    code = invited.stdout.strip()
    assert code.startswith("mosaic_invitation_")
    assert code not in invited.stderr
    assert f"{site.url}/api/invitations/accept" in invited.stderr
    assert rows(site) == {EMAIL: ("admin", "active"), BOB: ("member", "invited")}
    site.run("user", "promote", BOB, code=1).says("has not accepted", "--role admin")
    site.run("user", "limit", BOB, "none", code=1).says("has not accepted", "mosaic user list")

    token = accept(site, tmp_path, code).stdout.strip()
    assert scopes_of(site, token) == ["chat"]
    accept(site, tmp_path, code, code_expected=7).says("already used", "mosaic user invite")
    site.run("user", "invite", "BOB@example.org", code=1).says("already has an account")

    assert "now an administrator" in site.run("user", "promote", "Bob@Example.org").stderr
    assert rows(site)[BOB] == ("admin", "active")
    assert "now a member" in site.run("user", "demote", BOB).stderr
    assert "at most $12.50 a month" in site.run("user", "limit", BOB, "12.5").stderr
    assert "default limit again" in site.run("user", "limit", BOB, "default").stderr
    site.run("user", "limit", BOB, "much", code=2).says("12.50", "none")
    site.run("user", "remove", BOB, code=2).says("for good", "--yes")
    site.run("user", "remove", BOB, "--yes")
    assert rows(site) == {EMAIL: ("admin", "active")}
    assert site.status_with(token) == 401
    site.run("user", "remove", BOB, "--yes", code=1).says("no account has", "mosaic user list")

    for verb in (("demote",), ("remove", "--yes")):
        site.run("user", *verb[:1], EMAIL, *verb[1:], code=1).says("only administrator", "promote")
    assert site.has_working_token()


def test_an_invitation_is_withdrawn_and_works_no_more(installed: Site, tmp_path: Path) -> None:
    invited = installed.run("user", "invite", BOB, "--role", "admin", "--json").document
    assert (invited["email"], invited["role"], invited["schema"]) == (BOB, "admin", 1)
    assert "withdrawn" in installed.run("user", "remove", BOB).stderr
    accept(installed, tmp_path, invited["code"], code_expected=7).says("not valid")
    installed.run("user", "invite", "bob", code=2).says("bob", "ada@example.org")
    installed.run("user", "accept", code=2).says("code is not given", "--code-file FILE")


def test_a_token_is_made_for_what_it_is_needed_for(installed: Site) -> None:
    chat = installed.run("token", "create", "--label", "laptop").stdout.strip()
    assert scopes_of(installed, chat) == ["chat"]
    assert installed.status_with(chat) == 403
    words = ("--scope", "admin", "--scope", "chat", "--expires-in", "2", "--json")
    both = installed.run("token", "create", *words).document
    assert scopes_of(installed, both["token"]) == both["scopes"] == ["admin", "chat"]
    listed = {row["label"]: row for row in installed.run("token", "list", "--json").document}
    assert (listed["laptop"]["scopes"], listed["laptop"]["owner"]) == (["chat"], EMAIL)
    shown = installed.run("token", "list").stdout
    assert f"  laptop of {EMAIL}\n" in shown
    assert chat not in shown


def test_without_a_token_that_works_the_way_back_is_said(installed: Site) -> None:
    installed.token_file.write_text("mosaic_nonsense")
    for words in (("user", "list"), ("user", "invite", BOB), ("token", "create")):
        installed.run(*words, code=7).says("there is no working token", "mosaic token recover")
    installed.run("token", "recover")
    assert list(rows(installed)) == [EMAIL]


def test_at_a_terminal_code_and_password_are_asked_for_and_not_shown(installed: Site) -> None:
    code = installed.run("user", "invite", BOB).stdout.strip()
    with Terminal(installed, "user", "accept") as terminal:
        terminal.answers("Invitation code:", code)
        terminal.answers("Your new password:", PASSWORD)
        terminal.answers("Confirm password:", PASSWORD)
        terminal.sees("Your account bob@example.org is ready").ends()
        assert code not in terminal.raw
        assert PASSWORD not in terminal.raw
    assert rows(installed)[BOB] == ("member", "active")
