"""Secrets that somebody wrote into answers.toml: used, put where they belong, and taken out."""

import pytest
from tests.e2e.program import EMAIL, PASSWORD, Site

pytestmark = pytest.mark.install

KEY = "sk-ant-example-0123456789abcdef"


def test_a_password_there_serves_the_first_run_and_is_gone(site: Site) -> None:
    site.config.mkdir(parents=True)
    answers = site.config / "answers.toml"
    answers.write_text(f"# mine\n[admin]\nemail = '{EMAIL}'\npassword = '{PASSWORD}'\n")
    done = site.run("install")
    assert "warning: admin.password is in answers.toml" in done.stderr
    assert PASSWORD not in done.said
    assert site.has_working_token()
    assert answers.read_text().startswith("# mine\n[admin]\nemail")
    texts = [path.read_bytes() for path in site.home.rglob("*") if path.is_file()]
    assert not any(PASSWORD.encode() in text for text in texts)
    assert "Already up to date" in site.run("install").stderr


def test_a_key_there_moves_to_the_other_secrets(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    rows = f"[providers]\nanthropic_api_key = '{KEY}'\nanthropic_url = 'http://127.0.0.1:1'\n"
    answers.write_text(answers.read_text().replace("[providers]\n", rows))
    assert "is moved to secrets.toml" in installed.run("install", "--dry-run").stderr
    assert KEY in answers.read_text(), "a dry run touches nothing"
    done = installed.run("install")
    assert KEY not in done.said
    assert KEY not in answers.read_text()
    assert KEY in (installed.config / "secrets.toml").read_text()
    assert KEY in (installed.config / "gateway/secrets/anthropic-api-key").read_text()
    again = installed.run("install").stderr
    assert "Already up to date" in again
    assert "answers.toml" not in again


def test_changing_a_setting_loses_no_secret_that_stands_there(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    rows = f"[admin]\npassword = '{PASSWORD}'\n"
    answers.write_text(answers.read_text().replace("[admin]\n", rows))
    installed.run("config", "set", "agent.name=Ada")
    assert PASSWORD in answers.read_text()
