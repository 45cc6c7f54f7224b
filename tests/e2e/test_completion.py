"""`mosaic completion`: its scripts in real shells, asked what could come next."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from tests.e2e.program import Site

from mosaic_installer.core.answers import CATALOGUE

pytestmark = pytest.mark.install

COMMANDS = {"install", "status", "doctor", "config", "uninstall", "completion"}
WORDS: list[tuple[str, set[str]]] = [
    ("mosaic in", {"install"}),
    ("mosaic --pl", {"--plain"}),
    ("mosaic completion ", {"bash", "zsh", "fish"}),
    ("mosaic install --tier ", {"local", "standalone", "federated"}),
    ("mosaic install --tier st", {"standalone"}),
    ("mosaic install --only conf", {"configuration"}),
    ("mosaic install --only configuration --ignore port-is-f", {"port-is-free"}),
    ("mosaic install --ask pro", {"providers"}),
    ("mosaic config get gateway.p", {"gateway.port", "gateway.publish"}),
    ("mosaic config unset gateway.port tie", {"tier"}),
    ("mosaic provider test open", {"openai", "openrouter"}),
    ("mosaic gateway logs --service pos", {"postgres"}),
    ("mosaic token recover --via p", {"password"}),
]
PAIRS: list[tuple[str, set[str]]] = [
    ("mosaic install --set gateway.po", {"gateway.port="}),
    ("mosaic install --set admin.pass", {"admin.password_file="}),
    ("mosaic config set gateway.port=1 gateway.po", {"gateway.port="}),
    ("mosaic config set tier=st", {"tier=standalone"}),
    ("mosaic install --set telemetry.enabled=y", {"telemetry.enabled=yes"}),
]
BASH_QUESTION = """
source "$1"
compopt() { echo "option: $*" >&2; }
read -ra COMP_WORDS <<< "${2//=/ = }"
[[ $2 == *[=\\ ] ]] && COMP_WORDS+=("")
[[ $2 == *= ]] && unset 'COMP_WORDS[-1]'
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_mosaic
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The script of a shell in a file, printed where nothing is installed."""
    folder = tmp_path_factory.mktemp("completion")
    site = Site(home=folder / "home", user=folder, port=0)

    def printed(shell: str) -> Path:
        path = folder / shell / "_mosaic"
        if not path.exists():
            path.parent.mkdir()
            path.write_text(site.run("completion", shell).stdout)
            assert not site.home.exists()
        return path

    return printed


def shell(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed; scripts/test-machine installs it")
    return program


def answer(*command: str) -> list[str]:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.splitlines()


def of_bash(script: Path, line: str) -> set[str]:
    return set(answer(shell("bash"), "--norc", "-c", BASH_QUESTION, "bash", str(script), line))


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_is_one_of_its_shell(name: str, script: Callable[[str], Path]) -> None:
    assert answer(shell(name), "-n", str(script(name))) == []


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_bash_knows_the_words(line: str, words: set[str], script: Callable[[str], Path]) -> None:
    assert of_bash(script("bash"), line) == words


@pytest.mark.parametrize(("line", "words"), PAIRS)
def test_bash_knows_settings_and_their_values(
    line: str, words: set[str], script: Callable[[str], Path]
) -> None:
    # Bash takes words apart at `=`: what follows it is completed alone.
    typed = line.rpartition(" ")[2]
    wanted = {word.partition("=")[2] if "=" in typed else word for word in words}
    assert of_bash(script("bash"), line) == wanted


def test_bash_knows_values_of_flags_with_an_equals_sign(script: Callable[[str], Path]) -> None:
    assert of_bash(script("bash"), "mosaic install --tier=fed") == {"federated"}
    assert of_bash(script("bash"), "mosaic install --set=tier=loc") == {"local"}
    assert of_bash(script("bash"), "mosaic install --set tier=") == {
        "local",
        "standalone",
        "federated",
    }


def test_every_setting_is_known(script: Callable[[str], Path]) -> None:
    assert of_bash(script("bash"), "mosaic config get ") == set(CATALOGUE)
    assert of_bash(script("bash"), "mosaic ") >= COMMANDS


@pytest.mark.parametrize(("line", "words"), [*WORDS, *PAIRS])
def test_fish_knows_the_words(line: str, words: set[str], script: Callable[[str], Path]) -> None:
    question = "source $argv[1]; complete -C $argv[2]"
    rows = answer(shell("fish"), "--no-config", "-c", question, str(script("fish")), line)
    assert {row.partition("\t")[0] for row in rows} == words


@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_at_a_keyboard(name: str, script: Callable[[str], Path], tmp_path: Path) -> None:
    """A tabulator completes, a key that wants a value gets no space after it."""
    starts = {
        "bash": (["--norc", "-i"], f"source {script('bash')}"),
        "zsh": (
            ["-f", "-i"],
            f"fpath=({script('zsh').parent} $fpath); autoload -U compinit; compinit -D -u",
        ),
    }
    words, prepare = starts[name]
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(tmp_path),
        "TERM": "vt100",
    }
    with pexpect.spawn(
        shell(name), words, env=environment, cwd=tmp_path, timeout=120, encoding="utf-8"
    ) as terminal:
        terminal.sendline(f"mosaic() {{ echo \"got:$*:\"; }}; {prepare}; echo rea''dy")
        terminal.expect("ready")
        terminal.sendline("mosaic inst\t--tier st\t--set gateway.po\t8080 --set tier=fed\t;")
        terminal.expect(
            re.escape("got:install --tier standalone --set gateway.port=8080 --set tier=federated")
        )
