"""What people and accidents do to the files: kept where it is theirs, mended where it is ours."""

import json

import pytest
from tests.e2e.program import Site

pytestmark = pytest.mark.install


def test_a_configuration_that_was_edited_is_kept_and_reported(installed: Site) -> None:
    file = installed.config / "mosaic.config.json"
    ours = file.read_text()
    theirs = json.dumps({**json.loads(ours), "mine": True})
    file.write_text(theirs)
    done = installed.run("install", "--set", "gateway.cors_origin=https://example.org")
    assert f"you edited `{file}`; it is kept as it is" in done.stderr
    assert file.read_text() == theirs
    assert "example.org" in (installed.config / "gateway/.env").read_text()
    assert "generated-files-are-unedited" in installed.run("doctor", "--verbose").stdout

    shown = installed.run("install", "--replace-edited", "--diff", "--dry-run")
    assert '-{"_generated"' in shown.stdout
    assert file.read_text() == theirs
    replaced = installed.run("install", "--replace-edited")
    assert "is kept as it is" not in replaced.stderr
    assert file.read_text() == ours
    assert file.with_name(f"{file.name}.edited").read_text() == theirs, "nothing is lost"
    assert "you edited" not in installed.run("install").stderr
    assert installed.has_working_token()


def test_a_port_that_an_edited_file_keeps_back_is_said_before_anything_is_done(
    installed: Site, free_port: int
) -> None:
    file = installed.config / "gateway/.env"
    file.write_text(file.read_text() + "# mine\n")
    done = installed.run("install", "--set", f"gateway.port={free_port}", code=4)
    done.says(f"`{file}`, as you edited it, says {installed.port}", "--replace-edited")
    assert installed.has_working_token()
    installed.run("install", "--set", f"gateway.port={free_port}", "--replace-edited")
    assert installed.has_working_token(port=free_port)
    assert file.with_name(".env.edited").read_text().endswith("# mine\n")
    installed.run("uninstall", "--purge", "--yes")
    assert not installed.home.exists()


def test_an_edited_file_is_kept_by_an_uninstall(installed: Site) -> None:
    file = installed.config / "gateway/.env"
    file.write_text(file.read_text() + "# mine\n")
    installed.run("uninstall", "--yes")
    assert file.read_text().endswith("# mine\n")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", ["mosaic.config.json", "gateway/.env", "gateway/meta.json"])
@pytest.mark.parametrize(
    "words", [("install",), ("doctor", "--fix"), ("gateway", "start")], ids=" ".join
)
def test_a_rendered_file_that_is_gone_is_rendered_again(
    stopped: Site, name: str, words: tuple[str, ...]
) -> None:
    file = stopped.config / name
    before = file.read_text()
    file.unlink()
    if words == ("gateway", "start") and name == "gateway/meta.json":
        stopped.run(*words, code=1).says(f"`{file}` is missing", "`mosaic install` writes it")
        words = ("install",)
    stopped.run(*words)
    after = file.read_text()
    assert after == before or name == "gateway/meta.json", "meta.json knows when it was written"
    assert stopped.has_working_token()
    assert "Already up to date" in stopped.run("install").stderr


def test_all_generated_files_can_be_lost_at_once(installed: Site) -> None:
    for name in ("answers.toml", "mosaic.config.json", "gateway/.env", "gateway/meta.json"):
        (installed.config / name).unlink()
    installed.run("install")
    assert installed.has_working_token()
    assert "Already up to date" in installed.run("install").stderr


def test_answers_edited_by_hand_are_applied_and_their_comments_kept(installed: Site) -> None:
    file = installed.config / "answers.toml"
    mine = "# a comment of mine\n"
    text = file.read_text().replace(
        "[gateway]\n", f'[gateway]\n{mine}cors_origin = "https://example.org"\n'
    )
    file.write_text(text)
    installed.run("install")
    assert file.read_text() == text
    assert "https://example.org" in (installed.config / "gateway/.env").read_text()
    installed.run("install", "--set", "admin.name=Ada")
    assert mine in file.read_text()
    assert 'cors_origin = "https://example.org"' in file.read_text()


@pytest.mark.sampled(2)
@pytest.mark.parametrize("content", [None, "", "garbage", "mosaic_dead", "\0\n", "ä\nb"])
def test_a_token_that_is_lost_or_dead_is_obtained_anew(
    installed: Site, content: str | None
) -> None:
    old = installed.token()
    if content is None:
        installed.token_file.unlink()
    else:
        installed.token_file.write_text(content)
    fault = "is missing" if content is None else "does not work"
    assert f"admin-token {fault}" in installed.run("doctor", code=9).stdout.replace(
        "n token", "n-token"
    )
    installed.run("install", MOSAIC_ADMIN_PASSWORD=None)
    assert installed.has_working_token()
    assert installed.token() != old
    if content:
        archived = installed.token_file.with_name("admin-token.old")
        assert archived.read_text() == content
    installed.run("uninstall", "--purge", "--yes")
    assert not installed.home.exists()


def test_files_that_were_opened_to_others_are_closed(installed: Site) -> None:
    opened = [installed.token_file, installed.config / "secrets.toml", installed.state]
    for path in opened:
        path.chmod(0o755)
    done = installed.run("install")
    assert "other users of this machine can read" in done.stderr
    assert [path.stat().st_mode & 0o077 for path in opened] == [0, 0, 0]


NAMES = (
    "config/answers.toml",
    "config/secrets.toml",
    "config/mosaic.config.json",
    "config/gateway/.env",
    "config/gateway/meta.json",
    "config/gateway/admin-token",
    "state/journal.jsonl",
    "state/checksums.json",
    "state/gateway.pid",
    "state/lock",
)


@pytest.mark.parametrize("damage", ["garbage", "directory"])
def test_no_damaged_file_is_taken_for_a_bug(installed: Site, damage: str) -> None:
    for name in NAMES:
        path = installed.home / name
        whole = path.read_bytes() if path.exists() else b""
        path.unlink(missing_ok=True)
        match damage:
            case "garbage":
                path.write_bytes(b'\xff\xfe\0{["')
            case _:
                path.mkdir()
        for words in (["doctor"], ["uninstall", "--dry-run"]):
            done = installed.run(*words, code=(0, 1, 2, 9))
            assert "this is a bug" not in done.stderr, (name, words)
        if path.is_dir():
            path.rmdir()
        path.write_bytes(whole)
