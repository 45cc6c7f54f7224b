"""The command line, through the front door: what is refused, and what each refusal ends with."""

from pathlib import Path

import pytest

from mosaic_installer import __version__
from mosaic_installer.arguments import parse
from mosaic_installer.cli import main
from mosaic_installer.errors import AnswersError
from mosaic_installer.ui import terminal

pytestmark = pytest.mark.unit

BAD = [
    ["instal"],
    ["install", "--nonsense"],
    ["install", "--tier"],
    ["token"],
    ["gateway", "explode"],
    ["gateway", "logs", "--lines", "many"],
    ["config", "get"],
    ["uninstall", "--purge", "--keep-data"],
]


@pytest.fixture(autouse=True)
def _home(mosaic_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOSAIC_HOME", str(mosaic_home))


@pytest.mark.parametrize("words", BAD, ids=" ".join)
def test_a_command_line_that_means_nothing_is_bad_usage(words: list[str]) -> None:
    with pytest.raises(AnswersError) as refused:
        parse(words)
    assert (refused.value.identifier, refused.value.exit_code) == ("bad-usage", 2)
    assert "--help` for usage" in refused.value.hint


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["install", "--dry"], "there is no option `--dry`; did you mean `--dry-run`?"),
        (["uninstall", "--pruge"], "there is no option `--pruge`; did you mean `--purge`?"),
        (["status", "--admin-password=hunter2"], "there is no option `--admin-password`"),
        (["status", "-q"], "there is no option `-q`"),
        (["status", "now"], "`now` is one word too many"),
        (["token", "sho"], "there is no `sho`; did you mean `show`?"),
    ],
)
def test_what_was_meant_is_said_and_never_done_unasked(words: list[str], said: str) -> None:
    with pytest.raises(AnswersError) as refused:
        parse(words)
    assert refused.value.message == said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nonsense"], 2, "error: there is no `nonsense`; choose from install, "),
        (["status"], 1, "error: nothing is installed in"),
        (["uninstall", "--yes"], 1, "error: nothing is installed in"),
        (["token", "show"], 7, "error: `"),
        (["config", "get", "gateway.prot"], 2, "did you mean `gateway.port`?"),
        (["install", "--yes", "--tier", "huge"], 2, "a tier is one of `local`, `standalone`"),
        (["install", "--yes", "--set", "gateway.port=0"], 2, "between 1 and 65535"),
        (["install", "--yes"], 2, "MOSAIC_ADMIN_EMAIL"),
        (["install", "--yes", "--answers", "/nowhere"], 2, "cannot read the answers file"),
        (["install", "--yes", "--answers", "/"], 2, "Is a directory"),
    ],
)
def test_a_refusal_is_a_sentence_on_stderr_and_an_exit_code(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], mosaic_home: Path
) -> None:
    assert main(words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert said in err
    assert "\nhint: " in err
    assert not mosaic_home.exists()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"mosaic {__version__}\n"


@pytest.mark.parametrize("words", [["install"], ["token"], ["gateway"], ["config"], []])
def test_help_is_given_for_every_command(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: mosaic")


def test_lines_to_copy_are_not_folded_in_the_help(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    with pytest.raises(SystemExit):
        main(["completion", "--help"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for shell in ("bash", "zsh", "fish"):
        (line,) = (line for line in lines if line.startswith(f"mosaic completion {shell} > "))
        folder = line.rpartition(" ")[2].rpartition("/")[0]
        assert f"mkdir -p {folder}" in lines


@pytest.mark.parametrize(
    ("words", "meant"),
    [(["instal"], "install"), (["token", "reovke"], "revoke"), (["gateway", "strat"], "start")],
)
def test_a_mistyped_word_is_answered_with_the_nearest(words: list[str], meant: str) -> None:
    with pytest.raises(AnswersError, match=f"there is no `{words[-1]}`; did you mean `{meant}`\\?"):
        parse(words)


@pytest.mark.parametrize(
    ("words", "prog"),
    [
        (["token", "create", "ci"], "mosaic token create"),
        (["install", "--nonsense"], "mosaic install"),
        (["config", "get", "tier", "admin.email"], "mosaic config get"),
        (["token", "creat"], "mosaic token"),
        (["--nonsense"], "mosaic"),
    ],
)
def test_the_hint_is_the_help_of_the_command_that_was_meant(words: list[str], prog: str) -> None:
    with pytest.raises(AnswersError) as refused:
        parse(words)
    assert refused.value.hint == f"run `{prog} --help` for usage"


def test_without_a_verb_the_verbs_are_named() -> None:
    with pytest.raises(AnswersError) as refused:
        parse(["gateway"])
    assert refused.value.message == (
        "`mosaic gateway` needs one of these words: start, stop, restart, logs, login, logout"
    )


@pytest.mark.parametrize(
    ("words", "is_plain"), [([], False), (["--plain"], True), (["--plain", "configure"], True)]
)
def test_without_a_command_the_home_screen_opens_at_a_terminal(
    words: list[str], *, is_plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream: True)
    # One that cannot move its cursor is enough for plain lines.
    monkeypatch.setenv("TERM", "dumb" if is_plain else "vt100")
    parsed = parse(words)
    assert (parsed.plain, parsed.section) == (is_plain, "")


def test_plain_lines_are_asked_for_before_a_command_or_after_it() -> None:
    assert parse(["--plain", "install", "--yes"]).plain
    with pytest.raises(AnswersError, match="there is no option `--plain`"):
        parse(["--plain", "status"])


@pytest.mark.parametrize("words", [[], ["--plain"]])
def test_without_a_command_the_help_is_shown(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert "usage: mosaic" in capsys.readouterr().out
