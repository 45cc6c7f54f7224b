"""What a script can give wrongly: said at once and in full, and nothing is made."""

import socket
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PROGRAM, Site, run

pytestmark = pytest.mark.install

WITHOUT_STDIN = ("sh", "-c", 'exec "$@" 0<&-', "sh")
STDIN_OF_NOTHING = ("sh", "-c", 'exec "$@" </dev/null', "sh")
STDIN_OF_A_PIPE = ("sh", "-c", 'echo yes | "$@"', "sh")


@pytest.mark.parametrize("shell", [WITHOUT_STDIN, STDIN_OF_NOTHING, STDIN_OF_A_PIPE])
@pytest.mark.parametrize("words", [("install",), ("install", "--yes")])
def test_everything_missing_is_said_at_once_and_nothing_is_asked(
    site: Site, shell: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = run((*shell, *PROGRAM, *words), site.environment(), 2)
    done.says("MOSAIC_ADMIN_EMAIL", "MOSAIC_ADMIN_PASSWORD_FILE", "2 settings need you")
    assert not site.home.exists()


@pytest.mark.parametrize("variable", [{"MOSAIC_ASSUME_YES": "1"}, {"TERM": "dumb"}])
def test_an_environment_that_says_so_is_asked_nothing(site: Site, variable: dict[str, Any]) -> None:
    site.run("install", code=2, **variable).says("MOSAIC_ADMIN_EMAIL")


def test_all_that_is_wrong_is_said_together(site: Site) -> None:
    done = site.run(
        "install",
        "--set",
        "gateway.port=0",
        code=2,
        MOSAIC_ADMIN_EMAIL="nobody",
        MOSAIC_ADMIN_PASSWORD="short-7",
        MOSAIC_STORAGE_TIER="cloud",
    )
    done.says("4 settings need you", "--set gateway.port", "MOSAIC_STORAGE_TIER: `cloud`")
    done.says("MOSAIC_ADMIN_EMAIL: `nobody`", "8 to 128 characters")
    assert "short-7" not in done.said
    assert not site.home.exists()


@pytest.mark.parametrize(
    ("words", "variables", "sentences"),
    [
        (("--tier", "cloud"), {}, ("`cloud`", "`local`, `standalone`, `federated`")),
        ((), {"MOSAIC_GATEWAY_PORT": "0"}, ("`0`", "between 1 and 65535")),
        ((), {"MOSAIC_GATEWAY_PORT": "70000"}, ("`70000`", "between 1 and 65535")),
        ((), {"MOSAIC_GATEWAY_PORT": "abc"}, ("`abc`", "between 1 and 65535")),
        (("--set", "gateway.port=-1"), {}, ("--set gateway.port", "between 1 and 65535")),
        ((), {"MOSAIC_ADMIN_EMAIL": "nobody"}, ("`nobody`", "name@example.org")),
        ((), {"MOSAIC_ADMIN_PASSWORD": "short-7"}, ("8 to 128 characters",)),
        (("--set", "gatway.port=1"), {}, ("no such setting", "`gateway.port`")),
        (("--set", "gateway.port"), {}, ("`key=value`",)),
        (("--set", "admin.password=x"), {}, ("show a secret", "admin.password_file=PATH")),
        (("--ignore", "port-is-fre"), {}, ("no such check", "`port-is-free`")),
        (("--no-such-option",), {}, ("--no-such-option",)),
        ((), {"MOSAIC_ADMIN_PASSWORD_FILE": "/nowhere/at-all"}, ("both set",)),
        ((), {"MOSAIC_HOME": "m\nn"}, ("control character",)),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    site: Site, words: tuple[str, ...], variables: dict[str, Any], sentences: tuple[str, ...]
) -> None:
    site.install(*words, code=2, **variables).says(*sentences)
    assert not site.home.exists()


def test_a_secret_file_that_is_not_there_is_named(site: Site) -> None:
    missing = site.user / "no-password"
    variables: dict[str, Any] = {
        "MOSAIC_ADMIN_PASSWORD": None,
        "MOSAIC_ADMIN_PASSWORD_FILE": str(missing),
    }
    done = site.install(code=2, **variables)
    done.says("MOSAIC_ADMIN_PASSWORD_FILE", f"`{missing}`", "No such file")


def test_a_secret_file_is_as_good_as_its_variable(site: Site) -> None:
    file = site.user / "password"
    file.write_text(f"{ADMIN['MOSAIC_ADMIN_PASSWORD']}\n")
    variables: dict[str, Any] = {
        "MOSAIC_ADMIN_PASSWORD": None,
        "MOSAIC_ADMIN_PASSWORD_FILE": str(file),
    }
    site.install("--dry-run", **variables)


@pytest.mark.parametrize("tier", ["standalone", "federated", "team"])
def test_a_tier_without_an_engine_is_refused_and_not_replaced(site: Site, tier: str) -> None:
    nowhere = "unix:///nonexistent/docker.sock"
    done = site.install("--yes", "--tier", tier, code=4, DOCKER_HOST=nowhere)
    done.says("`--ignore engine-is-")
    assert ("old name of tier `standalone`" in done.stderr) == (tier == "team")
    assert not site.home.exists()


def test_a_taken_port_is_refused_with_its_holder_and_the_next_free_one(site: Site) -> None:
    with socket.create_server(("127.0.0.1", site.port)) as holder:
        port = holder.getsockname()[1]
        done = site.install("--yes", code=4)
        done.says(f"port {port} on 127.0.0.1 is taken by `", "(pid ")
        done.says("is free: `--set gateway.port=")
        offered = done.stderr.split("--set gateway.port=")[1].split("`")[0]
        assert int(offered) > port
        with socket.create_server(("127.0.0.1", int(offered))):
            assert not site.home.exists()


def test_an_answers_file_with_a_slip_is_named_with_line_and_column(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('tier = "local"\nport = = 1\n')
    done = site.install("--answers", str(file), code=2)
    done.says(f"`{file}` is not valid TOML", "line 2, column 8")


def test_saved_answers_with_a_slip_are_kept_as_they_are(installed: Site) -> None:
    file = installed.config / "answers.toml"
    slip = file.read_text() + "[gateway\n"
    file.write_text(slip)
    before = installed.snapshot()
    installed.run("install", code=2).says("is not valid TOML", "line ")
    assert installed.snapshot() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[gateway]\nprot = 1\n", "`gateway.port`"),
        ("[gateway]\nport = [1]\n", "a text, a number, true or false"),
        ('[admin]\nemail = "nobody"\n', "name@example.org"),
    ],
)
def test_a_wrong_row_in_an_answers_file_is_named(
    site: Site, tmp_path: Path, content: str, sentence: str
) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(content)
    environment: dict[str, Any] = {"MOSAIC_ADMIN_EMAIL": None, "MOSAIC_GATEWAY_PORT": None}
    site.install("--answers", str(file), code=2, **environment).says(str(file), sentence)


def test_an_answers_file_that_cannot_be_read_is_named(site: Site, tmp_path: Path) -> None:
    site.install("--answers", str(tmp_path), code=2).says(f"`{tmp_path}`", "Is a directory")
    missing = tmp_path / "missing.toml"
    site.install("--answers", str(missing), code=2).says(f"`{missing}`", "No such file")
    missing.write_bytes(b"\xff\xfe")
    site.install("--answers", str(missing), code=2).says("not UTF-8")


def test_an_answers_file_installs(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(f'[admin]\nemail = "{EMAIL}"\nname = "Ada"\n[gateway]\nport = {site.port}\n')
    environment: dict[str, Any] = {"MOSAIC_ADMIN_EMAIL": None, "MOSAIC_GATEWAY_PORT": None}
    site.install("--answers", str(file), **environment)
    assert site.has_working_token()
    assert 'name = "Ada"' in (site.config / "answers.toml").read_text()


def test_a_variable_that_means_nothing_is_said(site: Site) -> None:
    done = site.install("--dry-run", MOSAIC_GATWAY_PORT="1")
    assert "MOSAIC_GATWAY_PORT; did you mean `MOSAIC_GATEWAY_PORT`?" in done.stderr


@pytest.mark.parametrize(
    "words", [("instal",), ("gateway",), ("config", "get", "no.such"), ("token", "shwo")]
)
def test_a_command_line_that_means_nothing_is_refused(site: Site, words: tuple[str, ...]) -> None:
    site.run(*words, code=2).says()


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("doctor",),
        ("gateway", "start"),
        ("gateway", "stop"),
        ("gateway", "logs"),
        ("uninstall", "--yes"),
    ],
)
def test_where_nothing_is_installed_a_command_says_so(site: Site, words: tuple[str, ...]) -> None:
    site.run(*words, code=1).says(f"nothing is installed in `{site.home}`")
    assert not site.home.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'tier = "local"\ntier = "local"\n', "line 2"),
        (b'tier = "lo\x00cal"\n', "line 1"),
        (b"[gateway]\nport = { a = 1 }\n", "a text, a number, true or false"),
        (b"# " + b"x" * 1_000_000 + b"\ntier = 1\n", "a tier is one of"),
    ],
)
def test_saved_answers_that_no_run_could_have_written_are_explained(
    installed: Site, content: bytes, sentence: str
) -> None:
    (installed.config / "answers.toml").write_bytes(content)
    before = installed.snapshot()
    installed.run("install", code=2).says(sentence)
    assert installed.snapshot() == before


def test_saved_answers_from_an_editor_of_windows_are_read(installed: Site) -> None:
    answers = installed.config / "answers.toml"
    answers.write_bytes(b"\xef\xbb\xbf" + answers.read_bytes().replace(b"\n", b"\r\n"))
    installed.run("install")
    assert installed.has_working_token()
