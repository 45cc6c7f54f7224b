"""`mosaic config set`, `unset`, `edit`: answers.toml changes, and nothing else until an install."""

import tomllib
from typing import Any

import pytest
from tests.e2e.program import Site

from mosaic_installer.core.preflight.installation import NEW_ADDRESS

pytestmark = pytest.mark.install


def rows(site: Site) -> dict[str, Any]:
    return tomllib.loads((site.config / "answers.toml").read_text())


def test_a_setting_is_set_then_applied_then_unset(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    answers.write_text("# mine\n" + answers.read_text())
    before = installed.snapshot(but=("data", "config/answers.toml", "config"))
    done = installed.run(
        "config", "set", "gateway.cors_origin=https://m.example.org", "gateway.image=none"
    )
    assert "Run `mosaic install` to apply it" in done.stderr
    assert rows(installed)["gateway"]["cors_origin"] == "https://m.example.org"
    assert answers.read_text().startswith("# mine\n")
    assert answers.stat().st_mode & 0o777 == 0o600
    assert installed.snapshot(but=("data", "config/answers.toml", "config")) == before
    installed.run("install")
    assert "m.example.org" in (installed.config / "gateway/.env").read_text()
    installed.run("config", "unset", "gateway.cors_origin")
    assert "cors_origin" not in rows(installed)["gateway"]
    assert "No changes" in installed.run("config", "unset", "gateway.cors_origin").stderr
    # Another address says what it does, and what not, wherever it is given; once.
    address = "admin.email=new@example.org"
    tried = installed.run("install", "--dry-run", "--set", address)
    assert NEW_ADDRESS in tried.stderr
    assert f"note: {NEW_ADDRESS}." in installed.run("config", "set", address).stderr
    assert NEW_ADDRESS not in installed.run("install", "--dry-run").stderr


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (("set", "gateway.port=0"), ("error: gateway.port: `0`: ", "between 1 and 65535")),
        (("set", "tier=local", "gateway.port=x", "admin.email=x"), ("2 settings need you",)),
        (("set", "gateway.prot=1"), ("did you mean `gateway.port`?",)),
        (("set", "gateway.port"), ("`key=value`",)),
        (("set", "providers.openai_api_key", "correct-horse-9"), ("`key=value`",)),
        (("set", "admin.password=correct-horse-9"), ("is a secret", "admin.password_file=PATH")),
        (("set", "admin.password_file=/nowhere"), ("never saved", "mosaic install --set")),
        (
            ("set", "providers.openai_api_key=sk-correct-horse-9"),
            ("every user", "config set providers.openai_api_key_file=PATH"),
        ),
        (("set", "providers.openai_api_key_file=/nowhere"), ("`/nowhere`", "No such file")),
        (("set", "installer.home=/x"), ("is not kept in answers.toml", "MOSAIC_HOME")),
        (("unset", "gateway.prot"), ("did you mean `gateway.port`?",)),
        (("unset", "admin.password"), ("is a secret",)),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(
    shared: Site, words: tuple[str, ...], sentences: tuple[str, ...]
) -> None:
    before = shared.snapshot()
    done = shared.run("config", *words, code=2)
    done.says(*sentences)
    assert "correct-horse-9" not in done.said
    assert shared.snapshot() == before


def test_a_secret_is_kept_from_a_file_then_applied_then_unset(installed: Site) -> None:
    key, name = "sk-example-0123456789abcdef", "providers.openai_api_key"
    file = installed.user / "key"
    file.write_text(f'export OPENAI_API_KEY="{key}"\n')
    secrets = installed.config / "secrets.toml"
    before, answers = secrets.read_text(), (installed.config / "answers.toml").read_bytes()
    done = installed.run(
        "config", "set", f"{name}_file={file}", "providers.openai_url=http://[::1]:1"
    )
    assert "Run `mosaic install` to apply it" in done.stderr
    assert key not in done.said
    assert secrets.read_text() == f'{before}openai_api_key = "{key}"\n'
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert key.encode() not in (installed.config / "answers.toml").read_bytes()
    assert "No changes" in installed.run("config", "set", f"{name}_file={file}").stderr
    assert installed.run("config", "get", name).stdout == "set\n"
    copy = installed.config / "gateway/secrets/openai-api-key"
    installed.run("install")
    assert copy.read_text() == key
    installed.run("config", "unset", name, "providers.openai_url")
    assert secrets.read_text() == before
    assert (installed.config / "answers.toml").read_bytes() == answers
    installed.run("install")
    assert not copy.exists()


def test_a_kept_secret_wins_over_rows_of_answers_toml(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    file = installed.user / "key"
    file.write_text("sk-the-new-one-0123456789")
    rows = "[providers]\nopenai_api_key = 'sk-the-old-one-0123456789'\n"
    answers.write_text(answers.read_text().replace("[providers]\n", rows))
    installed.run("config", "set", f"providers.openai_api_key_file={file}")
    assert "sk-the-old-one" not in answers.read_text()
    assert "sk-the-new-one" in (installed.config / "secrets.toml").read_text()
    installed.run("config", "set", "providers.openai_api_key=none")
    assert "sk-the" not in (installed.config / "secrets.toml").read_text()


def test_a_lost_secrets_toml_is_not_begun_anew(installed: Site) -> None:
    file = installed.user / "key"
    file.write_text("sk-example-0123456789abcdef")
    (installed.config / "secrets.toml").unlink()
    done = installed.run("config", "set", f"providers.openai_api_key_file={file}", code=1)
    done.says("secrets.toml` is lost", "run `mosaic install` to restore it")
    assert not (installed.config / "secrets.toml").exists()


def test_a_file_with_a_slip_is_left_as_it_is(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    answers.write_text("[gateway\n")
    installed.run("config", "set", "gateway.port=9", code=2).says("not valid TOML", "line 1")
    assert answers.read_text() == "[gateway\n"


def test_where_nothing_is_installed_nothing_is_set(site: Site) -> None:
    site.run("config", "set", "gateway.port=9", code=1).says(
        "does not exist yet", "mosaic install --set"
    )
    assert not site.home.exists()


def test_letters_of_any_language_are_kept_in_any_locale(installed: Site) -> None:
    poor: dict[str, Any] = {
        "LANG": None,
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    installed.run("config", "set", "agent.name=Größe", **poor)
    assert rows(installed)["agent"]["name"] == "Größe"
    installed.run("install", **poor)
    config = (installed.config / "mosaic.config.json").read_text("utf-8")
    assert "Größe" in config + (installed.config / "gateway/.env").read_text("utf-8")


def test_an_editor_changes_the_answers_only_when_they_are_right(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    before = answers.read_text()
    editor = installed.user / "editor with a space"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "$LINE" >>"$2"\n')
    editor.chmod(0o700)
    variables: dict[str, Any] = {"EDITOR": f"'{editor}' --wait"}
    broken = installed.run("config", "edit", code=2, LINE="[gateway]\nport = 1", **variables)
    broken.says("answers.toml")
    assert answers.read_text() == before
    done = installed.run("config", "edit", LINE="# mine", **variables)
    assert "Run `mosaic install` to apply it" in done.stderr
    assert answers.read_text() == f"{before}# mine\n"
    assert answers.stat().st_mode & 0o777 == 0o600
    absent: dict[str, Any] = {"EDITOR": "/nowhere/editor"}
    installed.run("config", "edit", code=1, **absent).says(
        "error: the editor `/nowhere/editor` cannot be started: No such file or directory",
        "VISUAL or EDITOR",
        "nothing was changed",
    )
    assert answers.read_text() == f"{before}# mine\n"
