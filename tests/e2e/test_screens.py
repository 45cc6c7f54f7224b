"""How it looks: in narrow and wide windows, without colours, without Unicode, in words only."""

import re
from typing import Any

import pytest
from tests.e2e.program import ADMIN, EMAIL, PASSWORD, Site
from tests.e2e.terminal import CTRL_C, DOWN, ENTER, UP, Terminal

pytestmark = pytest.mark.wizard

GIVEN: dict[str, Any] = dict(ADMIN)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
STYLE = {"", "0", "1"}
"""No style, the end of styles, and bold: what is left without colours."""


def installation(site: Site, columns: int, **variables: Any) -> Terminal:
    """Return the window of a person who installed here."""
    with Terminal(site, "install", columns=columns, **variables) as terminal:
        terminal.answers("to do?", "").answers("provider", "")
        terminal.answers("e-mail:", EMAIL).answers("password:", PASSWORD)
        terminal.answers("Confirm password:", PASSWORD).answers("Apply this plan?", DOWN * 2)
        terminal.sees("Apply this plan?", times=2).types(ENTER)
        return terminal.sees("doctor").ends()


@pytest.mark.parametrize("columns", [40, 100])
def test_every_word_is_whole_however_narrow_the_window(site: Site, columns: int) -> None:
    terminal = installation(site, columns)
    shown = terminal.text
    for words in ("Settings", "Plan", "Mosaic is ready", "Apply this plan?"):
        assert words in shown
    broken = re.compile(
        r"\b(Directorie|Configuratio|Verificatio|Administrato|passwor)$", re.MULTILINE
    )
    assert not broken.search(shown)
    token = site.token()
    too_long = [line for line in plain(terminal.raw) if len(line) > columns]
    erased = "Ctrl-C leaves"  # the last line of a panel, with what came in its place
    whole = [line for line in too_long if "/" not in line and line != token]
    assert [line for line in whole if erased not in line] == []
    assert token in shown.replace("\n", ""), "in one piece, to be copied"


def test_no_colour_means_no_colour(site: Site) -> None:
    terminal = installation(site, 100, NO_COLOR="1")
    codes = {code for match in COLOUR.findall(terminal.raw) for code in match[2:-1].split(";")}
    assert codes <= STYLE | {"2", "3", "4"}, "dim, italic and underlined are no colours"


def test_the_word_that_says_what_a_line_is_stands_out_at_a_terminal(site: Site) -> None:
    with Terminal(site, "token", "show") as terminal:
        terminal.sees("error:", "hint:").ends(7)
        assert "\x1b[1;31merror:\x1b[0m" in terminal.raw
    without: tuple[dict[str, Any], ...] = ({"NO_COLOR": "1"}, {"TERM": "dumb"})
    for variables in without:
        with Terminal(site, "token", "show", **variables) as terminal:
            terminal.sees("error:", "hint:").ends(7)
            codes = {code for match in COLOUR.findall(terminal.raw) for code in match[2:-1]}
            assert codes <= STYLE
    assert site.run("token", "show", code=7).stderr.startswith("error: ")


def test_a_locale_without_unicode_gets_plain_marks(site: Site) -> None:
    poor: dict[str, Any] = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal(site, "install", "--yes", **poor, **GIVEN) as terminal:
        terminal.sees("Mosaic is ready").ends()
        assert terminal.raw.isascii()


def test_the_wizard_needs_no_unicode(site: Site) -> None:
    poor: dict[str, Any] = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal(site, "install", columns=40, **poor, **GIVEN) as terminal:
        terminal.sees("+ Gateway:", "> Install").types(ENTER).answers("provider", "").sees(
            "Apply this plan?"
        ).types(UP + ENTER).ends()
        assert terminal.raw.isascii()


def test_the_menu_ends_its_lines_between_words(site: Site) -> None:
    with Terminal(site, "install", columns=40) as terminal:
        terminal.answers("to do?", UP * 5)
        terminal.sees("Allowed web origins (CORS):", "Back")
        words = {word for line in terminal.lines for word in line.split()}
        assert {"Listen", "address:", "origins", "(CORS):", "proxies:"} <= words
        terminal.types(CTRL_C).ends(130)
    assert not site.home.exists()


def test_a_terminal_that_cannot_do_anything_gets_words(site: Site) -> None:
    with Terminal(site, "install", TERM="dumb", **GIVEN) as terminal:
        terminal.sees("(TERM=dumb); add `--plain` to be asked", "Mosaic is ready at").ends()
        assert "\x1b" not in terminal.raw


def plain(raw: str) -> list[str]:
    """Return what was written as lines, without what steers the terminal."""
    text = re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[()].|[=>])", "", raw)
    return [line.rpartition("\r")[2] for line in text.replace("\r\n", "\n").split("\n")]
