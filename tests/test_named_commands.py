"""Every command that a hint, a help or a page names can be typed, once its values are filled in."""

import re
import shlex
from collections.abc import Iterator

import pytest
from tests.said import BLANK, said

from mosaic_installer.arguments import parse
from mosaic_installer.core.answers import CATALOGUE
from mosaic_installer.core.preflight import CHECKS, identifier
from mosaic_installer.errors import AnswersError

pytestmark = pytest.mark.unit

SPOKEN = re.compile(r"`mosaic ([^`]+)`")
TYPED = re.compile(r"^ *mosaic (.+)$", re.MULTILINE)
BEHIND = re.compile(r" #|&&|[|<>]")
"""What a shell takes for something else, from there on."""
UNFINISHED = ("are required", "needs one of these words", "expected one argument")
"""What is refused of a command that is only named, not given as a line to copy."""
FILLED_IN = {"lines N": "lines 1", f"role {BLANK}": "role member"}
SETTINGS = re.compile(r"(?:--set |config (?:set|unset|explain|get) )([a-z]+\.[a-z_.]+[a-z])")
OF_A_FILE = "_file"


def named() -> Iterator[tuple[str, str]]:
    """Yield every command, and where it is named."""
    for package in ("mosaic_installer", "mosaic_gateway"):
        for where, text in said(package):
            lines = TYPED.findall(text) if ":" not in where else ()
            for command in (*SPOKEN.findall(text), *lines):
                yield where, " ".join(command.split())


def refusal(command: str) -> str:
    """Return why nobody could type that; nothing where somebody can."""
    typed = BEHIND.split(command)[0]
    for written, value in FILLED_IN.items():
        typed = typed.replace(written, value)
    try:
        parse(shlex.split(typed))
    except AnswersError as error:
        return "" if any(words in error.message for words in UNFINISHED) else error.message
    except SystemExit:
        return ""  # a help that is shown
    return ""


def test_every_command_that_is_named_can_be_typed(capsys: pytest.CaptureFixture[str]) -> None:
    commands = {command: where for where, command in named() if not command.startswith(BLANK)}
    assert len(commands) > 150
    wrong = {f"{where}: mosaic {each}": refusal(each) for each, where in commands.items()}
    assert {each: why for each, why in wrong.items() if why} == {}


@pytest.mark.parametrize("command", ["instal", "token mint", "install --quick", "gateway stop now"])
def test_a_command_that_cannot_be_typed_is_found(command: str) -> None:
    assert refusal(command)


def test_every_setting_and_every_check_that_a_command_names_is_there() -> None:
    checks = {identifier(check) for check in CHECKS}
    for where, text in said():
        for key in SETTINGS.findall(text):
            assert key.removesuffix(OF_A_FILE) in CATALOGUE, f"{where}: {key}"
        for name in re.findall(r"--ignore ([a-z]+-[a-z-]+)", text):
            assert name in checks, f"{where}: {name}"
